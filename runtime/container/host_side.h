// SPDX-License-Identifier: Apache-2.0
//
// What the runtime does for a new container while rt-init builds it: cgroup, id maps, detached
// mounts, hooks, terminal, seccomp listener. The answers to rt-init's frames (init/launch.h).
#pragma once

#include <string>
#include <vector>

#include "runtime/container/bundle.h"
#include "runtime/container/make_plan.h"
#include "runtime/container/state_dir.h"
#include "runtime/init/launch.h"
#include "runtime/kernel/cgroup/handle.h"

namespace rt {

class ContainerHost final : public HostSide {
 public:
  // All are borrowed. `console` is the connected --console-socket, or invalid: then the master is
  // kept for terminal().
  ContainerHost(const ContainerPlan& plan, const Bundle& bundle, const StateDir& dir,
                const Cgroup& group, Fd console)
      : plan_(plan), bundle_(bundle), dir_(dir), group_(group), console_(std::move(console)) {}

  void spawned(pid_t pid) override;
  void write_id_maps(pid_t pid) override;
  void write_time_offsets(pid_t pid) override;
  void begin(pid_t init) override;
  Fd gate() override;
  Fd rootfs() override;
  Fd null_device() override;
  std::size_t tree_count() override { return plan_.trees.size(); }
  Fd tree(std::size_t index) override;
  void run_hooks(pid_t init) override;
  void take_terminal(Fd master) override;
  void take_listener(Fd notify, pid_t init) override;
  void log(std::string_view line) override;
  void log_steps(std::string_view lines) override;
  std::string death_note() override;

  [[nodiscard]] Fd take_master() noexcept { return std::move(master_); }

 private:
  Fd user_namespace_for(const TreePlan& tree) const;
  void apply_limits();
  void restrict_devices();
  void raise_hard_limits(pid_t pid) const;

  const ContainerPlan& plan_;
  const Bundle& bundle_;
  const StateDir& dir_;
  const Cgroup& group_;
  Fd console_;
  Fd master_{};
  pid_t init_ = 0;
};

}  // namespace rt

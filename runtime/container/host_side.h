// SPDX-License-Identifier: Apache-2.0
//
// What the runtime does for a new container while rt-init builds it: cgroup, id maps, detached
// mounts, hooks, terminal, seccomp listener. The answers to rt-init's frames (init/launch.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/container/bundle.h"
#include "runtime/container/make_plan.h"
#include "runtime/container/process_host.h"
#include "runtime/container/state_dir.h"
#include "runtime/kernel/cgroup/handle.h"
#include "runtime/kernel/cgroup/oom_kills.h"
#include "runtime/kernel/cgroup/unit.h"
#include "runtime/kernel/resctrl.h"

namespace rt {

class ContainerHost final : public ProcessHost {
 public:
  struct Parts {  // all are borrowed
    const ContainerPlan& plan;
    const Bundle& bundle;
    const StateDir& dir;
    Unit& unit;
    Cgroup& group;
    const ResctrlGroup& resctrl;
  };
  // `answer` is rt-init's end of the gate, or of the pipe that replaces it.
  ContainerHost(const Parts& parts, Fd console, Fd answer);

  [[nodiscard]] bool can_begin_early() const override;
  void spawned(pid_t pid) override;
  void write_id_maps(pid_t pid) override;
  void write_time_offsets(pid_t pid) override;
  void apply_limits() override;
  void begin(pid_t init) override;
  void while_building(pid_t init) override;
  Fd gate() override;
  Fd rootfs() override;
  Fd null_device() override;
  std::size_t tree_count() override { return plan_.trees.size(); }
  Fd tree(std::size_t index) override;
  void run_hooks(pid_t init) override;
  void take_listener(Fd notify, pid_t init) override;
  std::string death_note(bool killed) override;

  // Of the first process, in clock ticks after the boot (proc_pid_stat(5)).
  [[nodiscard]] std::uint64_t start_time() const noexcept { return start_time_; }

 private:
  Fd user_namespace_for(const TreePlan& tree) const;
  void join_cgroup(pid_t pid);
  void restrict_devices();
  void move_net_devices(pid_t init) const;

  const ContainerPlan& plan_;
  const Bundle& bundle_;
  const StateDir& dir_;
  Fd answer_;
  Unit& unit_;
  Cgroup& group_;
  const ResctrlGroup& resctrl_;
  std::optional<OomKills> kills_{};
  pid_t init_ = 0;
  std::uint64_t start_time_ = 0;
};

}  // namespace rt

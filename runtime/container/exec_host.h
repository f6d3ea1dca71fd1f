// SPDX-License-Identifier: Apache-2.0
//
// What the runtime does for a further process of a container while rt-init joins it: cgroup,
// oom score, hard limits, terminal, seccomp listener. The answers to rt-init's frames.
#pragma once

#include <string>

#include "runtime/container/container.h"
#include "runtime/container/process_host.h"
#include "runtime/kernel/cgroup/handle.h"

namespace rt {

class ExecHost final : public ProcessHost {
 public:
  // All are borrowed.
  struct Parts {
    const ContainerPlan& plan;
    const spec::Config& config;
    const Record& record;
    const Cgroup& group;
    const std::optional<spec::ExecCpuAffinity>& affinity;
  };
  // `root` is the container's root directory (O_PATH), `answer` rt-init's end of the pipe for its
  // last answer (execution.h).
  ExecHost(const Parts& parts, Fd console, Fd root, Fd answer)
      : ProcessHost(std::move(console), parts.plan.init.process.rlimits),
        parts_(parts),
        root_(std::move(root)),
        answer_(std::move(answer)) {}

  [[nodiscard]] bool can_begin_early() const override {
    return parts_.group.is_joined_by_clone() && !raises_hard_limits();
  }
  void spawned(pid_t pid) override;
  void write_id_maps(pid_t pid) override;
  void write_time_offsets(pid_t pid) override;
  void apply_limits() override {}
  void begin(pid_t pid) override;
  void while_building(pid_t /*pid*/) override {}
  Fd gate() override;
  Fd rootfs() override;
  Fd null_device() override;
  std::size_t tree_count() override { return 0; }
  Fd tree(std::size_t index) override;
  void run_hooks(pid_t pid) override;
  void take_listener(Fd notify, pid_t pid) override;
  std::string death_note(bool killed) override;

 private:
  void set_affinity(pid_t pid) const;

  Parts parts_;
  Fd root_;
  Fd answer_;
};

}  // namespace rt

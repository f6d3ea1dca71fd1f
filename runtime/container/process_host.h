// SPDX-License-Identifier: Apache-2.0
//
// What the runtime does for every process that rt-init prepares, be it a container's first one or
// one that joins it: terminal, listener, limits, log.
#pragma once

#include <string>
#include <vector>

#include "runtime/container/make_plan.h"
#include "runtime/init/launch.h"
#include "spec/state.h"

namespace rt {

class ProcessHost : public HostSide {
 public:
  void take_terminal(Fd master) override;
  void log(std::string_view line) override;

  // The terminal's master, where no console socket took it.
  [[nodiscard]] Fd take_master() noexcept { return std::move(master_); }

 protected:
  // `console` is the connected --console-socket, or invalid.
  ProcessHost(Fd console, const std::vector<RlimitPlan>& limits);

  // Only the runtime may be privileged to raise them, and only before the process changes its ids
  // (prlimit(2)). The exact values are set inside, last, where lowering needs no privilege.
  void raise_hard_limits(pid_t pid) const;
  [[nodiscard]] bool raises_hard_limits() const noexcept { return !raised_.empty(); }

 private:
  Fd console_;
  Fd master_{};
  struct Raised {
    RlimitPlan wanted{};
    std::uint64_t own_soft = 0;
    std::uint64_t own_hard = 0;
  };
  std::vector<Raised> raised_{};  // above our own, which the process inherits
};

// Absent: it is not touched (PR-15). Nor where stage 1 does it, because the runtime may not.
void set_oom_score(pid_t pid, const std::optional<spec::Process>& process,
                   const NamespacePlan& namespaces);

// The container process state and the notify descriptor, to linux.seccomp.listenerPath.
void send_listener(const spec::Seccomp& profile, pid_t pid, const spec::State& state,
                   const Fd& notify);

}  // namespace rt

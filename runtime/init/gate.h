// SPDX-License-Identifier: Apache-2.0
//
// The wait between create and start. rt-init holds the FIFO as O_PATH and opens it for writing
// through a procfs of its own (the container may have none): that blocks until `rt start` opens it
// for reading. From then on the FIFO is the channel to start: bytes are an encoded Error, EOF
// without bytes means that execve has happened, because the descriptor is CLOEXEC.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/base/beneath.h"
#include "runtime/base/channel.h"
#include "runtime/base/procfs.h"
#include "runtime/init/plan.h"

namespace rt {

// Everything that execve needs, resolved before start as the container's user.
class Handover {
 public:
  // Finds the program and HOME. Throws kExecFailed.
  Handover(const InitPlan& plan, const Root& root);

  // startContainer hooks may take long.
  [[nodiscard]] bool has_hooks() const noexcept { return !plan_.start_container.list.empty(); }

  // startContainer hooks, the filter, execve. Throws Error up to the filter; a failure after that
  // goes to `report_fd` at once. Returns only on failure.
  int execute(int report_fd);

 private:
  const InitPlan& plan_;
  std::string executable_{};
  std::vector<std::string> env_{};
  std::vector<char*> argv_{};
  std::vector<char*> envp_{};
};

// handover.execute(); an Error is encoded into `report`. Returns only on failure.
int hand_over(Handover& handover, const Fd& report);

class Gate {
 public:
  // `fifo` is O_PATH. Makes the procfs, so it must come before privileges go.
  explicit Gate(Fd fifo);

  // Waits, then hands over. Until then terminating signals end the process with 128+n, also where
  // it is pid 1 and the kernel would ignore them.
  int wait(Handover& handover);

 private:
  Fd fifo_;
  Fd descriptors_;  // of a private procfs: all that is needed to open the FIFO anew
};

// Descriptors that rt-init needs itself until the handover; a lower limit comes into force then.
inline constexpr std::uint64_t kOwnDescriptors = 64;

// Without no_new_privs a filter needs CAP_SYS_ADMIN, so it comes before the last privilege goes.
bool needs_privilege_for_filter(const ProcessPlan& process);

// Loads a filter; returns the notify descriptor when it has a listener, else 0.
int load_seccomp(const SeccompLoad& load);
// The same, and the runtime has the notify descriptor when it returns.
void load_and_hand_over(const InitPlan& plan, Channel& up);

// Hooks inside the container, with the pid that the container sees.
void run_hook_plan(const HookPlan& plan, std::string_view point, const std::string& directory,
                   const std::vector<std::string>& env);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// The last answer of rt-init, on the gate or on a pipe: an encoded Error, or end of file, which
// means that execve has happened, because its end is CLOEXEC. docs/protocol.md "The gate".
#pragma once

#include <sys/types.h>

#include <string>

#include "runtime/base/deadline.h"

namespace rt {

struct Outcome {
  std::string error{};  // encoded (init/protocol.h); "": none
  bool died = false;    // before execve, without a word
};

// Waits for it. What somebody else has waited for in the moment between its end and our look counts
// as executed: nothing of it is left to tell. `report_fd` is the reading end, `pidfd` is of the
// process `pid`. Throws kDeadline.
Outcome await_execution(int report_fd, int pidfd, pid_t pid, const Deadline& deadline);

}  // namespace rt

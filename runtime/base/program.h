// SPDX-License-Identifier: Apache-2.0
//
// Helper programs of the host, run to their end with what they say in memory. Not for hooks (they
// have a deadline, a state document and a process group) and not for containers.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/child.h"
#include "runtime/base/deadline.h"

namespace rt {

struct ProgramCall {
  std::vector<std::string> words{};        // the first is the path
  std::vector<std::string> environment{};  // nothing else is passed on
  Deadline deadline = Deadline::never();
  std::size_t limit = 0;     // bytes of output; the rest is read and dropped
  bool with_errors = false;  // stderr is part of the output; else it is ours
};

struct ProgramResult {
  ExitStatus status{};
  std::string output{};
};

// stdin is /dev/null; nothing above 2 is inherited. Killed at the deadline: throws
// Error(kDeadline). A program that cannot be executed ends with status 127.
ProgramResult run_program(const ProgramCall& call);

}  // namespace rt

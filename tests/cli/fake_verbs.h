// SPDX-License-Identifier: Apache-2.0
//
// Stands in for runtime/container: records what the command line asked for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/container/verbs.h"

namespace rt {

struct FakeVerbs {
  std::vector<std::string> calls{};  // "kill c1 SIGTERM all", in order
  RunOptions run{};                  // of the last run; `create` of the last create or run
  ExecOptions exec{};                // of the last exec
  CheckpointOptions checkpoint{};    // of the last one
  RestoreOptions restore{};
  std::vector<int> processes{};
  int exit_status = 0;
  std::vector<ContainerView> views{};
  std::vector<std::string> broken{};
  bool root_may_be_missing = false;
  spec::Resources resources{};  // of the last update
  ResctrlSchemas schemas{};     // of the last update
  EventsOptions events{};       // of the last events
  std::string fail_for{};       // verbs throw for this id
};

FakeVerbs& fake_verbs();  // of the running test

}  // namespace rt

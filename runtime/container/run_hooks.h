// SPDX-License-Identifier: Apache-2.0
//
// Hooks in the runtime's namespaces: prestart, createRuntime, poststart, poststop.
#pragma once

#include <sys/types.h>

#include <string>

#include "hooks/points.h"
#include "spec/config.h"

namespace rt {

struct HookSubject {
  std::string id{};
  std::string bundle{};  // absolute; also the working directory, "/" when it is gone
  pid_t pid = 0;         // of init as the runtime sees it
};

// Throws kHookFailed at the first failure, or, where the point says so, only warns and goes on.
void run_runtime_hooks(const hooks::Point& point, const spec::Config& config,
                       const HookSubject& subject);

}  // namespace rt

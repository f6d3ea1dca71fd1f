// SPDX-License-Identifier: Apache-2.0
//
// One hook: a process with exactly the given environment, the state document on stdin, no other
// descriptor of ours, its own process group, and a deadline. Linked into rt and into rt-init.
// Rule: runtime-spec config.md "POSIX-platform Hooks"; environment: decision 0012.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spec/config.h"

namespace rt::hooks {

struct Surroundings {
  std::string_view point{};        // "createRuntime", for messages
  std::string state_json{};        // the document of this moment
  std::string directory = "/";     // working directory
  std::vector<std::string> env{};  // for hooks without an env of their own
};

// Runs all in order and stops at the first failure: throws Error(kHookFailed)
//   error running createRuntime hook #0: exit status 1, stdout: …, stderr: …
//   error running prestart hook #2: hook ran past specified timeout of 1.0s
// Up to 64 KiB of output is read, the first 2 KiB of each stream are in the message.
void run_all(const std::vector<spec::Hook>& list, const Surroundings& around);

// The same for one; `index` is for the message.
void run_one(const spec::Hook& hook, std::size_t index, const Surroundings& around);

}  // namespace rt::hooks

// SPDX-License-Identifier: Apache-2.0
// What the probe can be asked. A fact prints what is so, a try does one thing and prints whether
// the kernel let it, an action behaves like a workload. Nothing here depends on /proc unless it
// says so.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

using Args = std::vector<std::string>;

struct Fact {
  std::string_view name;
  std::string (*make)(const Args& args);  // one JSON value
};

struct Action {
  std::string_view name;
  int (*run)(const Args& args);  // the exit status
};

std::span<const Fact> identity_facts();
std::span<const Fact> place_facts();
std::span<const Fact> scheduling_facts();
std::span<const Fact> tries();
std::span<const Action> actions();

// "EACCES" for 13; the number when it has no name.
std::string errno_name(int error);
// The whole file, or "" when it cannot be read.
std::string slurp(const char* path);
std::vector<std::string> lines_of(const std::string& text);

}  // namespace probe

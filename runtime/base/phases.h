// SPDX-License-Identifier: Apache-2.0
//
// Where the time of this call of rt goes: phases, one after the other, from begin() on; and what
// rt-init says of its own steps, which run beside them. Always on: a phase costs one clock_gettime
// and no system call. Each is a record of level debug, too. Times in microseconds.
// Not for rt-init, which has no log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rt::phases {

struct Phase {
  std::string name{};
  std::uint64_t us = 0;
  bool operator==(const Phase&) const = default;
};
using Phases = std::vector<Phase>;

// The first phase begins. Without it, it begins with the process's first look at the clock.
void begin() noexcept;
// What has run since the last call had this name.
void end(std::string_view name);
// Lines "STEP: N us"; steps below a microsecond are not kept.
void add_steps(std::string_view lines);

[[nodiscard]] const Phases& done() noexcept;
[[nodiscard]] const Phases& steps() noexcept;

}  // namespace rt::phases

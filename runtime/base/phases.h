// SPDX-License-Identifier: Apache-2.0
//
// Where the time of this call of rt goes: phases, one after the other, from execve on; and what
// rt-init says of its own steps, which run beside them. Always on: a phase costs one clock_gettime
// and no system call but for the first. Each is a record of level debug, too. Times in
// microseconds. Not for rt-init, which has no log.
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

// At the beginning of main. What came before, execve and the C library, is the phase "exec": the
// processor time of the process so far, for lack of a clock that ran (clock_gettime(2),
// CLOCK_PROCESS_CPUTIME_ID).
void begin() noexcept;
// What has run since the last call had this name.
void end(std::string_view name);
// Lines "STEP: N us"; steps below a microsecond are not kept.
void add_steps(std::string_view lines);

[[nodiscard]] const Phases& done() noexcept;
[[nodiscard]] const Phases& steps() noexcept;

}  // namespace rt::phases

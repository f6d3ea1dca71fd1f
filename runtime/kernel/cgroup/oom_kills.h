// SPDX-License-Identifier: Apache-2.0
//
// Whether the kernel has killed for memory in a cgroup since some moment: the likely reason why a
// process of it has ended without a word.
// Counted by memory.events oom_kill on v2 (cgroup-v2.rst; with what is below), on v1 by the line of
// that name in memory.oom_control (kernel 4.13). All throw Error(kSystem) when a file that is there
// cannot be read; what is gone counts nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/kernel/cgroup/handle.h"

namespace rt {

inline constexpr const char* kOomKilled = "container init was OOM-killed (memory limit too low?)";

// Of a process that is not init, and when it is not known whether it was that one.
inline constexpr const char* kKilledWhereOomKills =
    "the process was killed, and the kernel has killed in its cgroup for lack of memory (memory "
    "limit too low?)";

class OomKills {
 public:
  // systemd removes the cgroup of a scope with its last process: what the cgroup above counts stays
  // (v2 only).
  enum class Goes : std::uint8_t { kWithContainer, kWithLastProcess };

  // From now on; in a cgroup that create made, from its beginning. `group` is borrowed.
  OomKills(const Cgroup& group, Goes goes);

  [[nodiscard]] bool happened() const;
  // Since the cgroup is there, for who has not counted before. Empty where nothing counts, or no
  // longer.
  [[nodiscard]] static std::optional<std::uint64_t> counted(const Cgroup& group);

 private:
  const Cgroup& group_;
  std::uint64_t before_ = 0;
  std::optional<std::uint64_t> above_before_{};
};

}  // namespace rt

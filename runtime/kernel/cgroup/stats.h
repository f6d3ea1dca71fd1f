// SPDX-License-Identifier: Apache-2.0
//
// Counters of a cgroup that explain a death. Not the figures of `rt events`.
// Rules: kernel admin-guide cgroup-v2 "memory.events", cgroup-v1/memory; RM-12, fault 10.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/kernel/cgroup/handle.h"

namespace rt {

// Processes killed for memory in the cgroup and below: memory.events oom_kill on v2, the line of
// memory.oom_control on v1 (kernel 4.13). Empty where nothing counts.
[[nodiscard]] std::optional<std::uint64_t> oom_kills(const Cgroup& group);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// CPU scheduler, I/O priority and execution domain of the calling process; execve keeps all three.
// Not for the CPUs it may use (cpuset, affinity). Raising any of the first two needs CAP_SYS_NICE,
// and a filter may forbid the calls: apply them before the filter and before privileges go.
// Rule: runtime-spec config.md "Linux Process", config-linux.md "Personality"; sched_setattr(2),
// ioprio_set(2), personality(2).
#pragma once

#include <cstdint>

namespace rt {

struct SchedulerPlan {
  std::uint32_t policy = 0;    // SCHED_*
  std::uint64_t flags = 0;     // SCHED_FLAG_*
  std::int32_t nice = 0;       // SCHED_OTHER, SCHED_BATCH
  std::uint32_t priority = 0;  // SCHED_FIFO, SCHED_RR
  std::uint64_t runtime = 0;   // ns; SCHED_DEADLINE, like the next two
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

struct IoPriorityPlan {
  std::uint8_t io_class = 0;  // IOPRIO_CLASS_*
  std::uint8_t level = 0;     // 0 is served first, 7 last
};

// After the process joined its cgroup: the group decides what real-time policies may have.
// SCHED_DEADLINE forbids fork(2) from here on, unless the flags reset it.
void set_scheduler(const SchedulerPlan& plan);
// For the whole process group, as the spec wants it: setsid(2) must have made it our own.
void set_io_priority(const IoPriorityPlan& plan);
void set_personality(std::uint32_t domain);  // PER_*; replaces all flags

}  // namespace rt

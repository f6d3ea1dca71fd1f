// SPDX-License-Identifier: Apache-2.0
//
// How the kernel shall run the calling process: sched_setattr(2), ioprio_set(2), set_mempolicy(2),
// personality(2) as functions; same conventions as sys.h. glibc wraps none of the first three.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>

namespace rt::sys {

// struct sched_attr of <linux/sched/types.h>, which newer glibc headers define a second time.
struct SchedAttributes {
  std::uint32_t size = 56;  // SCHED_ATTR_SIZE_VER1; kernels before 5.3 accept zeros at the end
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;  // ns, like the next two
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
  std::uint32_t util_min = 0;
  std::uint32_t util_max = 0;
};
static_assert(sizeof(SchedAttributes) == 56);

void sched_setattr(const SchedAttributes& attributes);
SchedAttributes sched_getattr();
// <linux/ioprio.h> of Linux 6.1.y on names a parameter `class`, which is no C++. Values:
// ioprio_set(2).
inline constexpr int kIoprioWhoProcess = 1;
inline constexpr int kIoprioWhoGroup = 2;
inline constexpr int kIoprioClassShift = 13;
void ioprio_set(int which, int who, int value);
// `nodes` is a bit mask, node 0 first; empty: no nodes at all.
void set_mempolicy(int mode, std::span<const std::uint64_t> nodes);
void personality(unsigned long persona);
// `cpus` is a bit mask, CPU 0 first; `pid` 0 is the caller.
void sched_setaffinity(pid_t pid, std::span<const std::uint64_t> cpus);

}  // namespace rt::sys

// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/sys_sched.h"

#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/base/error.h"

namespace rt::sys {
namespace {

constexpr int kSelf = 0;

void check(long result, std::string_view name) {
  if (result < 0) throw_errno(name);
}

}  // namespace

void sched_setattr(const SchedAttributes& attributes) {
  check(::syscall(SYS_sched_setattr, kSelf, &attributes, 0U), "sched_setattr");
}

SchedAttributes sched_getattr() {
  SchedAttributes out;
  check(::syscall(SYS_sched_getattr, kSelf, &out, sizeof out, 0U), "sched_getattr");
  return out;
}

void ioprio_set(int which, int who, int value) {
  check(::syscall(SYS_ioprio_set, which, who, value), "ioprio_set");
}

void set_mempolicy(int mode, std::span<const std::uint64_t> nodes) {
  // The kernel reads one bit less than it is told (set_mempolicy(2), BUGS of old).
  const unsigned long bits = nodes.empty() ? 0 : nodes.size() * 64 + 1;
  const void* const mask = nodes.empty() ? nullptr : nodes.data();
  check(::syscall(SYS_set_mempolicy, mode, mask, bits), "set_mempolicy");
}

void personality(unsigned long persona) {
  check(::personality(persona), "personality");
}

void sched_setaffinity(pid_t pid, std::span<const std::uint64_t> cpus) {
  if (::syscall(SYS_sched_setaffinity, pid, cpus.size_bytes(), cpus.data()) < 0)
    throw_errno("sched_setaffinity");
}

}  // namespace rt::sys

// SPDX-License-Identifier: Apache-2.0
//
// Tells when a cgroup runs out of memory, without asking again and again.
// v2: memory.events wakes whoever polls it when it changes; what counts is oom_kill.
// v1: an eventfd that memory.oom_control signals (cgroup-v1/memory.rst, section 10); the kernel
// signals it before it kills, and also when it may not kill.
#pragma once

#include <poll.h>

#include <cstdint>

#include "runtime/base/fd.h"
#include "runtime/kernel/cgroup/handle.h"

namespace rt {

class OomWatch {
 public:
  // Counts from now on. Where nothing tells, the watch never wakes and take() is 0.
  explicit OomWatch(const Cgroup& group);

  // What to poll for; fd -1 where there is nothing to wait for.
  [[nodiscard]] pollfd polled() const noexcept { return {fd_.get(), events_, 0}; }
  // Since the last call. Never blocks; also 0 when the cgroup is gone.
  std::uint64_t take();

 private:
  [[nodiscard]] std::uint64_t kills();

  Fd fd_{};       // v1: the eventfd; v2: memory.events
  Fd control_{};  // v1: memory.oom_control, which the registration refers to
  short events_ = 0;
  std::uint64_t seen_ = 0;  // v2
};

}  // namespace rt

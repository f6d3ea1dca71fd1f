// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/oom_watch.h"

#include <fcntl.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/kernel/cgroup/tree.h"

namespace rt {

OomWatch::OomWatch(const Cgroup& group) {
  const int dir_fd = group.fd_of("memory");
  if (dir_fd < 0) return;
  if (group.version_of("memory") == CgroupVersion::kV2) {
    auto events = sys::open_at_if_exists(dir_fd, "memory.events", O_RDONLY);
    if (!events) return;
    fd_ = std::move(*events);
    events_ = POLLPRI;
    seen_ = kills();
    return;
  }
  auto control = sys::open_at_if_exists(dir_fd, "memory.oom_control", O_RDONLY);
  if (!control) return;
  Fd signal(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!signal.valid()) throw_errno("eventfd");
  const std::string registration =
      std::to_string(signal.get()) + " " + std::to_string(control->get());
  // Kernels with CONFIG_PREEMPT_RT have no such notifications.
  if (cgroup_tree::try_write(dir_fd, "cgroup.event_control", registration) != 0) return;
  fd_ = std::move(signal);
  control_ = std::move(*control);
  events_ = POLLIN;
}

std::uint64_t OomWatch::take() {
  if (!fd_.valid()) return 0;
  if (control_.valid()) {
    std::uint64_t count = 0;
    const ssize_t got = ::read(fd_.get(), &count, sizeof count);
    // The end of the cgroup signals too: then its file can be read no more.
    char byte = 0;
    const bool gone = ::pread(control_.get(), &byte, 1, 0) < 0;
    if (gone) fd_.reset();
    return got == sizeof count && !gone ? count : 0;
  }
  const std::uint64_t now = kills();
  const std::uint64_t before = std::exchange(seen_, std::max(seen_, now));
  return seen_ - before;
}

// Through the descriptor that is polled: reading it is what makes the next change news.
std::uint64_t OomWatch::kills() {
  char text[512];
  const ssize_t size = ::pread(fd_.get(), text, sizeof text, 0);
  if (size <= 0) {
    fd_.reset();  // a file that is gone would wake every poll
    return 0;
  }
  return cgroup_tree::value_of({text, static_cast<std::size_t>(size)}, "oom_kill").value_or(0);
}

}  // namespace rt

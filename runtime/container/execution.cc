// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/execution.h"

#include <poll.h>

#include <array>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/container/container.h"

namespace rt {
namespace {

// EOF comes from execve, and from a death before it: a process that dies closes its files before it
// is a zombie, and keeps its name.
bool died_as_init(pid_t pid) {
  const auto facts = read_proc_stat(pid);
  return facts && facts->exiting && facts->command == kInitName;
}

}  // namespace

Outcome await_execution(int report_fd, int pidfd, pid_t pid, const Deadline& deadline) {
  Outcome out;
  for (bool dead = false;;) {
    std::array<pollfd, 2> fds{pollfd{.fd = report_fd, .events = POLLIN, .revents = 0},
                              pollfd{.fd = pidfd, .events = POLLIN, .revents = 0}};
    if (sys::poll(fds, deadline) == 0) {
      throw Error(Code::kDeadline, "the program was not executed in time");
    }
    if ((fds[0].revents & POLLIN) != 0) {
      std::array<char, 4096> buffer{};
      const std::size_t size = sys::read(report_fd, buffer);
      if (size == 0) break;
      out.error.append(buffer.data(), size);
    } else if ((fds[0].revents & POLLHUP) != 0) {
      break;
    } else if (std::exchange(dead, fds[1].revents != 0)) {
      // poll() looked at the report before the process: only the second look after its death
      // counts. It never opened the gate.
      out.died = true;
      return out;
    }
  }
  out.died = out.error.empty() && died_as_init(pid);
  return out;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/container/container.h"
#include "runtime/container/verbs.h"
#include "spec/names.h"

namespace rt {
namespace {

void signal_everything(const Cgroup& group, int number) {
  if (number == SIGKILL) return group.kill_all();
  for (const pid_t pid : group.pids()) {
    if (const auto pidfd = sys::pidfd_open_if_alive(pid)) {
      (void)sys::pidfd_send_signal(pidfd->get(), number);
    }
  }
}

}  // namespace

void kill(const KillOptions& options) {
  const Context here("kill", options.name.id);
  const Container container = Container::open(options.name);
  const auto number = spec::signal_number(options.signal);
  if (!number) throw Error(Code::kUsage, "unknown signal " + quoted(options.signal));
  const auto pidfd = container.init_pidfd();
  const Cgroup group = container.cgroup();
  // Without a cgroup init is all that is known of the container.
  const bool everything = options.all && !group.none();
  if (everything) signal_everything(group, *number);
  if (!pidfd) {
    if (options.all) return;
    throw Error(Code::kBadState, "container not running");
  }
  if (!everything && !sys::pidfd_send_signal(pidfd->get(), *number)) {
    throw Error(Code::kBadState, "container not running");
  }
  // Without a pid namespace of its own nothing else takes the other processes with it; and frozen
  // ones on v1 die only when thawed.
  if (*number == SIGKILL && !group.none() &&
      (!container.record().own_pid_namespace || group.frozen())) {
    group.kill_all();
  }
}

}  // namespace rt

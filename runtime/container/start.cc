// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/start.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/container/run_hooks.h"
#include "runtime/init/protocol.h"
#include "runtime/kernel/cgroup/stats.h"

namespace rt {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);  // where no hook may take its time

void refuse_unless_created(spec::Status status) {
  switch (status) {
    case spec::Status::kCreated:
      return;
    case spec::Status::kRunning:
      throw Error(Code::kBadState, "cannot start an already running container");
    case spec::Status::kPaused:
      throw Error(Code::kBadState, "cannot start a container in the paused state");
    case spec::Status::kStopped:
      throw Error(Code::kBadState, "cannot start a container that has stopped");
    case spec::Status::kCreating:
      throw Error(Code::kBadState, "cannot start a container that is still being created");
  }
}

// Everything that rt-init writes until it is gone from the gate: "" means that execve has happened.
// Empty optional: it died without ever opening the gate.
std::optional<std::string> listen_at(const Fd& gate, const Fd& pidfd, const Deadline& deadline) {
  std::string bytes;
  for (bool dead = false;;) {
    std::array<pollfd, 2> fds{pollfd{.fd = gate.get(), .events = POLLIN, .revents = 0},
                              pollfd{.fd = pidfd.get(), .events = POLLIN, .revents = 0}};
    if (sys::poll(fds, deadline) == 0) {
      throw Error(Code::kDeadline, "the program was not executed in time");
    }
    if ((fds[0].revents & POLLIN) != 0) {
      std::array<char, 4096> buffer{};
      const std::size_t size = sys::read(gate.get(), buffer);
      if (size == 0) return bytes;
      bytes.append(buffer.data(), size);
    } else if ((fds[0].revents & POLLHUP) != 0) {
      return bytes;
    } else if (std::exchange(dead, fds[1].revents != 0)) {
      // poll() looked at the gate before the process: only the second look after its death counts.
      return {};
    }
  }
}

// EOF and a dead process: did it die before or after execve? A zombie keeps its name.
bool died_as_init(pid_t pid) {
  const auto facts = read_proc_stat(pid);
  return facts && facts->state == 'Z' && facts->command == kInitName;
}

void open_gate(Container& container, bool has_hooks) {
  // The process first: as soon as the gate is open it may run its program and be gone.
  const auto pidfd = container.init_pidfd();
  const auto gate = pidfd ? container.dir().open_gate_if_exists() : std::nullopt;
  if (!gate) throw Error(Code::kBadState, "container process is already dead");
  const auto answer =
      listen_at(*gate, *pidfd, has_hooks ? Deadline::never() : Deadline::in(kPatience));
  container.dir().remove_gate();
  if (answer && !answer->empty()) rethrow(*answer);
  if (answer && !died_as_init(container.record().pid)) return;
  if (oom_kills(container.cgroup()).value_or(0) > 0) {
    throw Error(Code::kOutOfMemory, "container init was OOM-killed (memory limit too low?)");
  }
  throw Error(Code::kExecFailed, "container process died before the program was executed");
}

}  // namespace

void start_container(Container& container, std::optional<NotifyRelay>* relay) {
  refuse_unless_created(container.status());
  std::optional<NotifyRelay> notify = NotifyRelay::open(container.dir());
  const spec::Config config = container.dir().config();
  const Record& record = container.record();
  try {
    open_gate(container, !config.hooks.start_container.empty());
    run_runtime_hooks(hooks::kPoststart, config,
                      {.id = record.id, .bundle = record.bundle, .pid = record.pid});
  } catch (const Error& e) {
    if (e.code() == Code::kHookFailed) container.destroy();
    throw;
  }
  if (!notify) return;
  if (relay != nullptr) {
    *relay = std::move(notify);
  } else if (const auto pidfd = container.init_pidfd()) {
    notify->wait_ready(pidfd->get(), record.pid);
  }
}

void start(const ContainerName& name) {
  const Context here("start", name.id);
  Container container = Container::open_locked(name);
  start_container(container);
}

}  // namespace rt

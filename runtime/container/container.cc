// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/container.h"

#include <poll.h>

#include <csignal>

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/container/run_hooks.h"
#include "spec/names.h"

namespace rt {
namespace {

constexpr auto kDeathPatience = std::chrono::seconds(10);

bool is_dead(const ProcStat& facts) {
  return facts.state == 'Z' || facts.state == 'X';
}

void wait_for_death(const Fd& pidfd) {
  pollfd one{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  if (sys::poll({&one, 1}, Deadline::in(kDeathPatience)) > 0) return;
  throw Error(Code::kDeadline, "container init still running");
}

// What the poststop hooks need is in the snapshot; an unreadable one must not keep a container
// from being deleted.
void run_poststop(const StateDir& dir, const Record& record) {
  try {
    run_runtime_hooks(hooks::kPoststop, dir.config(), {.id = record.id, .bundle = record.bundle});
  } catch (const Error& e) {
    log::warning(std::string("poststop hooks were not run: ") + e.what());
  }
}

}  // namespace

Container Container::open(const ContainerName& name) {
  StateDir dir = StateDir::open(name);
  Record record = dir.record();
  return {std::move(dir), std::move(record)};
}

Container Container::open_locked(const ContainerName& name) {
  StateDir dir = StateDir::open(name);
  if (!dir.lock()) throw Error(Code::kNoSuchContainer, "container does not exist");
  Record record = dir.record();
  return {std::move(dir), std::move(record)};
}

std::optional<Fd> Container::init_pidfd() const {
  if (record_.pid <= 0 || record_.boot_id != boot_id()) return {};
  auto pidfd = sys::pidfd_open_if_alive(record_.pid);
  if (!pidfd) return {};
  // After opening: from here on the descriptor means this process, whatever becomes of the number.
  const auto facts = read_proc_stat(record_.pid);
  if (!facts || facts->start_time != record_.start_time || is_dead(*facts)) return {};
  return pidfd;
}

spec::Status Container::status() const {
  if (record_.pid == 0) {
    return dir_.locked_by_another() ? spec::Status::kCreating : spec::Status::kStopped;
  }
  if (!init_pidfd()) return spec::Status::kStopped;
  if (cgroup().frozen()) return spec::Status::kPaused;
  if (!dir_.has_gate()) return spec::Status::kRunning;
  // The gate outlives a start that was killed: then the name tells who runs behind the pid.
  const auto facts = read_proc_stat(record_.pid);
  return facts && facts->command == kInitName ? spec::Status::kCreated : spec::Status::kRunning;
}

void Container::destroy() {
  if (const auto pidfd = init_pidfd()) {
    (void)sys::pidfd_send_signal(pidfd->get(), SIGKILL);
    Cgroup group = cgroup();
    if (!group.none()) group.kill_all();
    wait_for_death(*pidfd);
  }
  Cgroup group = cgroup();
  if (!group.none()) {
    group.kill_all();
    group.remove(Deadline::in(kDeathPatience));
  }
  run_poststop(dir_, record_);
  dir_.remove();
}

std::string status_word(spec::Status status) {
  return std::string(spec::word_of(status));
}

}  // namespace rt

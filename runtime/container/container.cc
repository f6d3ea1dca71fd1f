// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/container.h"

#include <poll.h>

#include <csignal>

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/container/run_hooks.h"
#include "runtime/kernel/cgroup/systemd.h"
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

}  // namespace

Container Container::open(const ContainerName& name) {
  StateDir dir = StateDir::open(name);
  Record record = dir.record();
  return {std::move(dir), std::move(record)};
}

const spec::Config& Container::config() {
  if (!config_) config_ = dir_.config();
  return *config_;
}

// An unreadable snapshot must not keep a container from being deleted.
void Container::run_poststop() {
  try {
    run_runtime_hooks(hooks::kPoststop, config(), {.id = record_.id, .bundle = record_.bundle});
  } catch (const Error& e) {
    log::warning(std::string("poststop hooks were not run: ") + e.what());
  }
}

Container Container::open_locked(const ContainerName& name) {
  StateDir dir = StateDir::open(name);
  if (!dir.lock()) throw Error(Code::kNoSuchContainer, "container does not exist");
  Record record = dir.record();
  Container out(std::move(dir), std::move(record));
  out.demand_known_version();
  return out;
}

void Container::demand_known_version() const {
  if (record_.version <= kRecordVersion) return;
  throw Error(Code::kUnsupported, "the container was made by a newer rt (state version " +
                                      std::to_string(record_.version) + ", this one knows " +
                                      std::to_string(kRecordVersion) +
                                      "): use that one; here it can be shown, killed and deleted");
}

std::optional<Fd> Container::init_pidfd() const {
  if (record_.pid <= 0 || record_.boot_id != boot_id()) return {};
  auto pidfd = sys::pidfd_open_if_alive(record_.pid);
  if (!pidfd) return {};
  if (record_.pid_inode != 0 && record_.pid_inode != sys::fstat(pidfd->get()).st_ino) return {};
  // After opening: from here on the descriptor means this process, whatever becomes of the number.
  const auto facts = read_proc_stat(record_.pid);
  if (!facts || facts->start_time != record_.start_time || is_dead(*facts)) return {};
  return pidfd;
}

Container::Now Container::now() const {
  Now out;
  if (record_.pid == 0) {
    if (dir_.locked_by_another()) out.status = spec::Status::kCreating;
    return out;
  }
  out.init = init_pidfd();
  if (!out.init) return out;
  out.group = cgroup();
  out.status = out.group.frozen() ? spec::Status::kPaused
               : is_created()     ? spec::Status::kCreated
                                  : spec::Status::kRunning;
  return out;
}

// The gate outlives a start that was killed: then the name tells who runs behind the pid.
bool Container::is_created() const {
  if (!dir_.has_gate()) return false;
  const auto facts = read_proc_stat(record_.pid);
  return facts && facts->command == kInitName;
}

void Container::remove_cgroup() {
  if (Cgroup::remove_if_unused(record_.cgroups)) return;
  Cgroup group = cgroup();
  group.kill_all();
  group.remove(Deadline::in(kDeathPatience));
}

void Container::destroy() {
  if (const auto pidfd = init_pidfd()) {
    (void)sys::pidfd_send_signal(pidfd->get(), SIGKILL);
    Cgroup group = cgroup();
    if (!group.none()) group.kill_all();
    wait_for_death(*pidfd);
  }
  remove_cgroup();
  if (!record_.systemd.unit.empty() && record_.boot_id == boot_id()) {
    Systemd::connect(record_.systemd.manager).stop_unit(record_.systemd.unit);
  }
  remove_resctrl(record_.resctrl);
  run_poststop();
  dir_.remove();
}

std::string status_word(spec::Status status) {
  return std::string(spec::word_of(status));
}

}  // namespace rt

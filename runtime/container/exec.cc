// SPDX-License-Identifier: Apache-2.0
//
// A further process in a container that exists: the same launch as create, with fewer steps inside
// and no gate. No lock is held: what the container is, is pinned by descriptors.
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>

#include <array>

#include "runtime/base/error.h"
#include "runtime/base/fd_range.h"
#include "runtime/base/interrupt.h"
#include "runtime/base/log.h"
#include "runtime/base/sys.h"
#include "runtime/base/sys_sched.h"
#include "runtime/base/text.h"
#include "runtime/container/annotations.h"
#include "runtime/container/console.h"
#include "runtime/container/exec_host.h"
#include "runtime/container/exec_process.h"
#include "runtime/container/execution.h"
#include "runtime/container/foreground.h"
#include "runtime/container/pid_file.h"
#include "runtime/container/sockets.h"
#include "runtime/container/sub_cgroup.h"
#include "runtime/container/verbs.h"
#include "runtime/kernel/seccomp_cache.h"
#include "spec/number_list.h"

namespace rt {
namespace {

// The container as it is now, held by descriptors of its first process.
struct Target {
  Fd init{};                           // pidfd
  Fd root{};                           // O_PATH
  std::vector<std::uint32_t> types{};  // CLONE_NEW*, of those that are not our own
  std::vector<Fd> namespaces{};
};

Fd live_init(const Container& container, const ExecOptions& options) {
  const spec::Status status = container.status();
  if (status == spec::Status::kPaused && !options.ignore_paused) {
    throw Error(Code::kBadState,
                "cannot exec in a paused container (use --ignore-paused to override)");
  }
  auto pidfd = container.init_pidfd();
  if (status == spec::Status::kStopped || !pidfd) {
    throw Error(Code::kBadState, "cannot exec in a stopped container");
  }
  return std::move(*pidfd);
}

bool has_ended(const Fd& pidfd) {
  pollfd one{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  return sys::poll({&one, 1}, Deadline::in(std::chrono::milliseconds(0))) > 0;
}

Target pin(const Container& container, const ExecOptions& options) {
  constexpr std::pair<const char*, std::uint32_t> kKinds[] = {
      {"user", CLONE_NEWUSER}, {"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC},
      {"uts", CLONE_NEWUTS},   {"net", CLONE_NEWNET},       {"pid", CLONE_NEWPID},
      {"time", CLONE_NEWTIME}, {"mnt", CLONE_NEWNS}};
  Target out{.init = live_init(container, options)};
  const std::string process = "/proc/" + std::to_string(container.record().pid);
  for (const auto& [name, type] : kKinds) {
    Fd theirs = sys::open(process + "/ns/" + name, O_RDONLY);
    const struct stat facts = sys::fstat(theirs.get());
    const auto own = sys::stat_at_if_exists(AT_FDCWD, std::string("/proc/self/ns/") + name, 0);
    if (own && own->st_ino == facts.st_ino && own->st_dev == facts.st_dev) continue;
    out.types.push_back(type);
    out.namespaces.push_back(std::move(theirs));
  }
  out.root = sys::open(process + "/root", O_PATH | O_DIRECTORY);
  // Only now is it sure that all of these were its, and not a successor's of the same number.
  if (has_ended(out.init)) throw Error(Code::kBadState, "cannot exec in a stopped container");
  return out;
}

ContainerPlan plan_exec(const spec::Config& config, const spec::Process& process,
                        const ExecOptions& options, const Record& record, const Target& target) {
  HostFacts host = find_host_facts();
  host.compile_seccomp = seccomp_compiler(options.name.root);
  if (has_labels(process)) host.lsms = find_lsms();
  const CreateOptions as_create{.name = options.name,
                                .preserve_fds = options.preserve_fds,
                                .no_new_keyring = !record.own_keyring};
  return make_exec_plan(config, process, as_create, host, target.types);
}

// PR-26: before the process is in the cgroup, rt itself included.
void take_initial_affinity(const spec::Process& process) {
  const auto& wanted = process.exec_cpu_affinity;
  if (!wanted || wanted->initial.empty()) return;
  const Context here("/process/execCPUAffinity/initial");
  sys::sched_setaffinity(0, spec::number_mask(wanted->initial));
}

// The container's cgroup, or exactly the one below it that the caller names.
Cgroup group_to_join(const Container& container, const ExecOptions& options) {
  if (options.cgroups.empty()) return container.cgroup();
  if (container.record().cgroups.empty()) {
    throw Error(Code::kUnsupported, "the container has no cgroup: leave --cgroup out");
  }
  Cgroup group = Cgroup::open(sub_cgroups(container.record().cgroups, options.cgroups));
  if (const CgroupPlace* place = group.missing()) {
    throw Error(Code::kUsage, "invalid --cgroup argument: there is no cgroup " +
                                  quoted(place->path) + " in " + place->mount_point);
  }
  return group;
}

// In the unified hierarchy. A cgroup that was named is taken as it is, without a way out when it
// cannot hold processes.
Fd place_to_be_born(const Cgroup& group, const Container& container, const ExecOptions& options) {
  if (options.cgroups.empty()) return group.exec_fd(container.record().pid);
  return group.into_fd() < 0 ? Fd() : sys::dup(group.into_fd());
}

void demand_executed(const Outcome& outcome) {
  if (!outcome.error.empty()) rethrow(outcome.error);
  if (!outcome.died) return;
  throw Error(Code::kExecFailed, "the process died before its program was executed");
}

}  // namespace

int exec(const ExecOptions& options) {
  const Context here("exec failed");
  const Presence presence = options.detach ? Presence::kDetached : Presence::kForeground;
  const FdRange kept(3, listen_fds() + options.preserve_fds);
  sys::close_range(static_cast<unsigned>(kept.end()), ~0U, CLOSE_RANGE_CLOEXEC);
  PidFile pid_file(options.pid_file);
  Container container = Container::open(options.name);
  container.demand_known_version();
  Target target = pin(container, options);
  spec::Config config = container.dir().config();
  fill_listener_path(config);
  const spec::Process process = process_to_exec(config, options);
  check_terminal(process.terminal, options.console_socket, presence);
  Fd console = connect_console(options.console_socket);
  const ContainerPlan plan = plan_exec(config, process, options, container.record(), target);
  for (const std::string& warning : plan.warnings) log::warning(warning);

  const Cgroup group = group_to_join(container, options);
  const Fd into = place_to_be_born(group, container, options);
  auto [report, answer] = sys::pipe();
  ExecHost host({.plan = plan,
                 .config = config,
                 .record = container.record(),
                 .group = group,
                 .affinity = process.exec_cpu_affinity,
                 .root_fd = target.root.get()},
                std::move(console), std::move(answer));
  take_initial_affinity(process);
  std::optional<SignalInbox> inbox;
  if (!options.detach) inbox.emplace();
  Launch launch(plan.init, {.cgroup_fd = into.get(), .namespaces = std::move(target.namespaces)},
                host);
  {
    const Interruptible interruptible;
    launch.serve();
  }

  send_pidfd(options.pidfd_socket, launch.init().pidfd(), "setns");
  pid_file.write(launch.init().pid());
  Child child = launch.keep().init;
  demand_executed(await_execution(report.get(), child.pidfd(), child.pid(), Deadline::never()));
  pid_file.keep();
  if (inbox) return attend(child, *inbox, host.take_master(), {});
  child.keep();
  return 0;
}

}  // namespace rt

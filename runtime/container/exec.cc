// SPDX-License-Identifier: Apache-2.0
//
// A further process in a container that exists: the same launch as create, with fewer steps inside
// and no gate. No lock is held: what the container is, is pinned by descriptors.
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>

#include <array>

#include "runtime/base/close_together.h"
#include "runtime/base/error.h"
#include "runtime/base/fd_range.h"
#include "runtime/base/file.h"
#include "runtime/base/interrupt.h"
#include "runtime/base/log.h"
#include "runtime/base/procfs.h"
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
#include "runtime/kernel/cgroup/oom_kills.h"
#include "runtime/kernel/seccomp_cache.h"
#include "spec/number_list.h"

namespace rt {
namespace {

// The container as it is now, held by descriptors of its first process.
struct Target {
  Fd init{};       // pidfd
  Fd root{};       // O_PATH
  Cgroup group{};  // of the container
  bool frozen = false;
  std::uint32_t namespaces = 0;  // CLONE_NEW*, those to join
};

Target live_target(const Container& container, const ExecOptions& options) {
  Container::Now now = container.now();
  if (now.status == spec::Status::kPaused && !options.ignore_paused) {
    throw Error(Code::kBadState,
                "cannot exec in a paused container (use --ignore-paused to override)");
  }
  if (now.status == spec::Status::kStopped || !now.init) {
    throw Error(Code::kBadState, "cannot exec in a stopped container");
  }
  return {.init = std::move(*now.init),
          .group = std::move(now.group),
          .frozen = now.status == spec::Status::kPaused};
}

// setns(2) refuses our own user namespace, and without privileges every one that the host owns.
// With them it is the same to join what we are in already, and looking costs more.
std::uint32_t namespaces_to_join(const std::string& process) {
  constexpr std::pair<const char*, std::uint32_t> kKinds[] = {
      {"user", CLONE_NEWUSER}, {"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC},
      {"uts", CLONE_NEWUTS},   {"net", CLONE_NEWNET},       {"pid", CLONE_NEWPID},
      {"time", CLONE_NEWTIME}, {"mnt", CLONE_NEWNS}};
  const bool privileged = sys::own_uid() == 0 && in_initial_user_namespace();
  std::uint32_t out = 0;
  for (const auto& [name, type] : kKinds) {
    const bool look = type == CLONE_NEWUSER || !privileged;
    if (!look || !is_same_file(process + "/ns/" + name, std::string("/proc/self/ns/") + name)) {
      out |= type;
    }
  }
  return out;
}

bool has_ended(const Fd& pidfd) {
  pollfd one{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  return sys::poll({&one, 1}, Deadline::in(std::chrono::milliseconds(0))) > 0;
}

Target pin(const Container& container, const ExecOptions& options) {
  Target out = live_target(container, options);
  const std::string process = "/proc/" + std::to_string(container.record().pid);
  out.namespaces = namespaces_to_join(process);
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
  return make_exec_plan(config, process, as_create, host, target.namespaces);
}

// PR-26: before the process is in the cgroup, rt itself included.
void take_initial_affinity(const spec::Process& process) {
  const auto& wanted = process.exec_cpu_affinity;
  if (!wanted || wanted->initial.empty()) return;
  const Context here("/process/execCPUAffinity/initial");
  sys::sched_setaffinity(0, spec::number_mask(wanted->initial));
}

// The container's cgroup, or exactly the one below it that the caller names.
Cgroup group_to_join(const Container& container, Target& target, const ExecOptions& options) {
  if (options.cgroups.empty()) return std::move(target.group);
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

void demand_executed(const Outcome& outcome, Child& child, const Cgroup& group) {
  if (!outcome.error.empty()) rethrow(outcome.error);
  if (!outcome.died) return;
  if (child.wait().is(SIGKILL) && OomKills::counted(group).value_or(0) > 0) {
    throw Error(Code::kOutOfMemory, kKilledWhereOomKills);
  }
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

  const Cgroup group = group_to_join(container, target, options);
  // A cgroup that was named is taken as it is, without a way out when it cannot hold processes.
  const auto inner =
      options.cgroups.empty() ? group.inner_of(container.record().pid) : std::nullopt;
  auto [report, answer] = sys::pipe();
  ExecHost host({.plan = plan,
                 .config = config,
                 .record = container.record(),
                 .group = group,
                 .affinity = process.exec_cpu_affinity},
                std::move(console), std::move(target.root), std::move(answer));
  take_initial_affinity(process);
  std::optional<SignalInbox> inbox;
  if (!options.detach) inbox.emplace();
  LaunchOptions with{.cgroup_fd = inner ? inner->get() : group.into_fd()};
  if (target.frozen) with.memory = Memory::kCopy;
  if (target.namespaces != 0) with.namespaces.push_back(std::move(target.init));
  Launch launch(plan.init, std::move(with), host);
  {
    const Interruptible interruptible;
    launch.serve();
  }

  send_pidfd(options.pidfd_socket, launch.init().pidfd(), "setns");
  pid_file.write(launch.init().pid());
  Child child = launch.keep().init;
  demand_executed(await_execution(report.get(), child.pidfd(), child.pid(), Deadline::never()),
                  child, group);
  pid_file.keep();
  if (!inbox) {
    child.keep();
    return 0;
  }
  const int status = attend(child, *inbox, host.take_master(), {});
  CloseTogether::leave_to_exit();
  return status;
}

}  // namespace rt

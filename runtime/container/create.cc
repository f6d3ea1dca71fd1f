// SPDX-License-Identifier: Apache-2.0
//
// Lifecycle steps 1 to 5 (runtime-spec runtime.md): from a bundle to a process that waits for
// start.
#include "runtime/container/create.h"

#include <linux/close_range.h>
#include <sched.h>
#include <sys/resource.h>

#include "runtime/base/error.h"
#include "runtime/base/fd_range.h"
#include "runtime/base/log.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/container/bundle.h"
#include "runtime/container/host_side.h"
#include "runtime/container/make_plan.h"
#include "runtime/container/notify.h"
#include "runtime/container/pid_file.h"
#include "runtime/container/run_hooks.h"
#include "runtime/container/sockets.h"
#include "runtime/init/launch.h"
#include "runtime/kernel/namespaces.h"

namespace rt {
namespace {

HostFacts facts_for(const Bundle& bundle, const ContainerName& name) {
  HostFacts out = find_host_facts();
  if (notify_wanted()) out.notify_directory = name.root + "/" + name.id + "/" + kNotifyDirectory;
  const struct stat root = sys::fstat(bundle.rootfs.get());
  out.bundle = bundle.path;
  out.rootfs = bundle.rootfs_path;
  out.rootfs_device = root.st_dev;
  out.rootfs_inode = root.st_ino;
  return out;
}

void check_terminal(const spec::Config& config, const CreateOptions& options, Presence presence) {
  const bool terminal = config.process && config.process->terminal;
  const bool relayed = terminal && presence == Presence::kForeground;
  if (options.console_socket.empty() && terminal && !relayed) {
    throw Error(Code::kUsage,
                "cannot allocate tty if rt will detach without setting console socket: give "
                "--console-socket, or set process.terminal to false");
  }
  if (!options.console_socket.empty() && (!terminal || relayed)) {
    throw Error(Code::kUsage, "cannot use console socket if rt will not detach or allocate tty");
  }
}

std::vector<Fd> open_namespaces(const ContainerPlan& plan) {
  std::vector<Fd> out;
  for (const auto& [type, path] : plan.joined) {
    const Context here("join namespace", path);
    out.push_back(open_namespace(path, type));
  }
  return out;
}

Record intent(const CreateOptions& options, const Bundle& bundle, const ContainerPlan& plan) {
  return {.id = options.name.id,
          .bundle = bundle.path,
          .rootfs = bundle.rootfs_path,
          .created = timestamp(),
          .boot_id = boot_id(),
          .own_pid_namespace = (plan.init.namespaces.created & CLONE_NEWPID) != 0,
          .cgroups = survey_cgroups(plan.cgroup.places),
          .annotations = bundle.config.annotations};
}

// Steps 12 and 13 also follow a create that failed after its environment was begun.
class PoststopOnFailure {
 public:
  PoststopOnFailure(const Bundle& bundle, const std::string& id) : bundle_(bundle), id_(id) {}
  ~PoststopOnFailure() {
    if (!armed_) return;
    try {
      run_runtime_hooks(hooks::kPoststop, bundle_.config, {.id = id_, .bundle = bundle_.path});
    } catch (const std::exception& e) {
      log::warning(e.what());
    }
  }
  PoststopOnFailure(const PoststopOnFailure&) = delete;
  PoststopOnFailure& operator=(const PoststopOnFailure&) = delete;
  PoststopOnFailure(PoststopOnFailure&&) = delete;
  PoststopOnFailure& operator=(PoststopOnFailure&&) = delete;
  void arm() noexcept { armed_ = true; }
  void keep() noexcept { armed_ = false; }

 private:
  const Bundle& bundle_;
  const std::string& id_;
  bool armed_ = false;
};

// A cgroup that cannot be removed now must stay findable: then the record stays, for `delete`.
class RecordStaysWithCgroup {
 public:
  RecordStaysWithCgroup(StateDir& dir, Cgroup& group) noexcept : dir_(dir), group_(group) {}
  ~RecordStaysWithCgroup() {
    if (!group_.discard()) dir_.keep();
  }
  RecordStaysWithCgroup(const RecordStaysWithCgroup&) = delete;
  RecordStaysWithCgroup& operator=(const RecordStaysWithCgroup&) = delete;
  RecordStaysWithCgroup(RecordStaysWithCgroup&&) = delete;
  RecordStaysWithCgroup& operator=(RecordStaysWithCgroup&&) = delete;

 private:
  StateDir& dir_;
  Cgroup& group_;
};

void send_pidfd(const std::string& path, const Child& init) {
  if (path.empty()) return;
  const Context here("pidfd socket");
  send_descriptor(connect_unix(path), init.pidfd(), "standard");
}

Fd connect_console(const std::string& path) {
  if (path.empty()) return {};
  const Context here("console socket");
  return connect_unix(path);
}

// Undoing needs descriptors, too: better to say so before there is anything to undo.
void demand_descriptors() {
  constexpr std::uint64_t kNeeded = 32;
  const auto [soft, hard] = sys::get_rlimit(0, RLIMIT_NOFILE);
  if (soft >= kNeeded) return;
  throw Error(Code::kUsage, "the limit on open files is " + std::to_string(soft) +
                                ", rt needs at least " + std::to_string(kNeeded) +
                                ": raise RLIMIT_NOFILE (ulimit -n)");
}

}  // namespace

Created create_container(const CreateOptions& options, Presence presence) {
  check_id(options.name.id);
  demand_descriptors();
  const FdRange kept(3, listen_fds() + options.preserve_fds);
  sys::close_range(static_cast<unsigned>(kept.end()), ~0U, CLOSE_RANGE_CLOEXEC);
  PidFile pid_file(options.pid_file);
  const Bundle bundle = open_bundle(options);
  check_terminal(bundle.config, options, presence);
  Fd console = connect_console(options.console_socket);
  const ContainerPlan plan = make_plan(bundle.config, options, facts_for(bundle, options.name));
  for (const std::string& warning : plan.warnings) log::warning(warning);
  std::vector<Fd> namespaces = open_namespaces(plan);

  PoststopOnFailure poststop(bundle, options.name.id);
  StateDir dir = StateDir::claim(options.name);  // the id is ours, the lock is held
  Record record = intent(options, bundle, plan);
  dir.save(record);  // before the first side effect
  dir.save_config(bundle.config_text);
  dir.make_gate();
  if (notify_wanted()) sys::mkdir_at(dir.fd(), kNotifyDirectory, 0755);
  Cgroup group = Cgroup::create(plan.cgroup.places);  // killed and removed unless kept
  const RecordStaysWithCgroup undo(dir, group);
  ContainerHost host(plan, bundle, dir, group, std::move(console));
  poststop.arm();
  Launch launch(plan.init, {.cgroup_fd = group.into_fd(), .namespaces = std::move(namespaces)},
                host);  // killed unless kept
  launch.serve();

  record.cgroups = group.places();
  record.pid = launch.init().pid();
  record.start_time = read_proc_stat(record.pid).value_or(ProcStat{}).start_time;
  dir.save(record);
  send_pidfd(options.pidfd_socket, launch.init());
  pid_file.write(record.pid);
  Child init = launch.keep();
  group.keep();
  dir.keep();
  pid_file.keep();
  poststop.keep();
  return {.container = {std::move(dir), std::move(record)},
          .init = std::move(init),
          .terminal = host.take_master()};
}

void create(const CreateOptions& options) {
  const Context here("create", options.name.id);
  Created created = create_container(options, Presence::kDetached);
  created.init.keep();
}

}  // namespace rt

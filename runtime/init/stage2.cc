// SPDX-License-Identifier: Apache-2.0
//
// From the first instruction in the container's namespaces to the last before waiting for start.
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <ctime>

#include "hooks/run.h"
#include "runtime/base/error.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/init/gate.h"
#include "runtime/init/protocol.h"
#include "runtime/init/stage.h"
#include "runtime/kernel/executable.h"
#include "runtime/kernel/masked_paths.h"
#include "runtime/kernel/memory_policy.h"
#include "runtime/kernel/namespaces.h"
#include "runtime/kernel/scheduling.h"
#include "runtime/kernel/sysctl.h"

namespace rt {
namespace {

// Detached mounts arrive in batches, in the order in which they are needed.
class Trees {
 public:
  explicit Trees(const Channel& up) : up_(up) {}
  Fd next() {
    if (used_ == batch_.size()) {
      if (!batch_.empty()) send_msg(up_, Msg::kTrees);  // the first batch comes unasked
      batch_ = expect(up_, Msg::kTrees).fds;
      used_ = 0;
      if (batch_.empty()) throw Error(Code::kProtocol, "a mount was expected");
    }
    return std::move(batch_[used_++]);
  }

 private:
  const Channel& up_;
  std::vector<Fd> batch_{};
  std::size_t used_ = 0;
};

struct Self {
  const InitPlan& plan;
  Channel& up;
  mode_t inherited_umask;
  Trees trees{up};
  Fd gate{};
  Fd null_device{};
  Root root{Fd()};
  std::vector<Fd> read_only_last{};
  bool in_directory = false;
};

void receive_begin(Self& self) {
  Frame frame = expect(self.up, Msg::kBegin);
  if (frame.fds.size() != kBeginFds) throw Error(Code::kProtocol, "Begin lacks descriptors");
  self.gate = std::move(frame.fds[kGateFd]);
  self.null_device = std::move(frame.fds[kNullDeviceFd]);
  self.root = Root(std::move(frame.fds[kRootfsFd]));
}

void new_session(Self& self) {
  sys::setsid();
  if (self.plan.process.keyring.empty()) return;
  try {
    (void)sys::keyctl_join_session(self.plan.process.keyring.c_str());
  } catch (const Error& e) {
    if (e.facts().error_number == ENOSYS) return;  // a kernel without keyrings
    throw Error(Code::kSystem, "unable to join session keyring: " + std::string(e.what()),
                e.facts());
  }
}

void late_namespaces(Self& self) {
  // The root of a cgroup namespace is the cgroup that its maker sits in: not before now.
  if (self.plan.namespaces.new_cgroup != 0) sys::unshare(CLONE_NEWCGROUP);
  if (self.plan.namespaces.loopback_up != 0) bring_loopback_up();
  if (self.plan.namespaces.has_mounts != 0) isolate_mounts();
}

void attach_root(Self& self) {
  if (self.plan.rootfs.enter == EnterRoot::kChroot) return;
  Fd tree = sys::dup(self.root.fd());
  self.root = Root(attach_rootfs(self.plan.rootfs, std::move(tree)));
}

void mount_all(Self& self) {
  for (const MountStep& step : self.plan.mounts) {
    const Context here("mount", step.destination);
    Fd tree = step.kind == MountKind::kTree ? self.trees.next() : Fd();
    Fd mounted = mount_step(self.root, step, std::move(tree));
    if (step.read_only_last != 0) self.read_only_last.push_back(std::move(mounted));
  }
}

void make_devices(Self& self) {
  for (const DeviceStep& step : self.plan.devices) {
    const Context here("make device", step.path);
    make_device(self.root, step, step.bind != 0 ? self.trees.next() : Fd());
  }
  if (self.plan.dev_is_ours != 0) make_dev_links(self.root);
}

void runtime_hooks(Self& self) {
  if (self.plan.runtime_hooks == 0) return;
  send_msg(self.up, Msg::kNeedHooks);
  (void)expect(self.up, Msg::kHostDone);
}

void create_container_hooks(Self& self) {
  run_hook_plan(self.plan.create_container, "createContainer", self.plan.bundle, {});
}

void enter_root(Self& self) {
  enter_rootfs(self.plan.rootfs, self.root.fd());
}

void set_up_terminal(Self& self) {
  const TerminalPlan& plan = self.plan.process.terminal;
  if (plan.enabled == 0) return;
  const Terminal terminal = open_terminal(self.root, plan);
  const std::array<int, 1> master{terminal.master.get()};
  send_msg(self.up, Msg::kTerminal, {}, master);
  if (plan.console != 0) bind_console(self.root, terminal);
  become_controlling(terminal);
}

bool is_null_device(const struct stat& facts) {
  return S_ISCHR(facts.st_mode) && facts.st_rdev == makedev(1, 3);
}

// The host's null device would let the container change the host's inode: the container gets its
// own. Files, pipes and sockets become the user's, so that it can open /proc/self/fd/1 anew, as
// runc does; devices of the caller keep their owner (CVE-2026-88265).
void hand_over_stdio(Self& self) {
  for (int fd = 0; fd < 3; ++fd) {
    const struct stat facts = sys::fstat(fd);
    if (is_null_device(facts)) {
      const auto own = self.root.open_if_exists("/dev/null", O_PATH);
      if (!own || !is_null_device(sys::fstat(own->get()))) continue;
      sys::dup2(self.root.open("/dev/null", O_RDWR | O_NOCTTY).get(), fd);
    } else if (!S_ISCHR(facts.st_mode) && facts.st_uid != self.plan.process.identity.uid) {
      if (::fchown(fd, self.plan.process.identity.uid, static_cast<gid_t>(-1)) != 0 &&
          errno != EPERM && errno != EROFS && errno != EINVAL) {
        throw_errno("fchown");
      }
    }
  }
}

void make_working_directory(Self& self) {
  if (self.plan.process.args.empty()) return;
  const std::string& cwd = self.plan.process.cwd;
  if (!self.root.open_if_exists(cwd, O_PATH)) (void)self.root.make_directory(cwd);
}

void make_read_only_now(Self& self) {
  for (const Fd& mounted : self.read_only_last) finish_read_only(mounted);
  self.read_only_last.clear();
  if (self.plan.rootfs.read_only != 0) make_rootfs_read_only(self.root.fd());
}

void set_names(Self& self) {
  if (!self.plan.hostname.empty()) sys::sethostname(self.plan.hostname);
  if (!self.plan.domainname.empty()) sys::setdomainname(self.plan.domainname);
}

void set_sysctls(Self& self) {
  write_sysctls(self.plan.sysctls);
}

void cover_paths(Self& self) {
  make_read_only(self.root, self.plan.readonly_paths);
  mask(self.root, self.plan.masked_paths, std::move(self.null_device));
}

void schedule(Self& self) {
  if (self.plan.process.scheduler) set_scheduler(*self.plan.process.scheduler);
}

void order_io(Self& self) {
  if (self.plan.process.io_priority) set_io_priority(*self.plan.process.io_priority);
}

void place_memory(Self& self) {
  if (self.plan.process.memory_policy) set_memory_policy(*self.plan.process.memory_policy);
}

void take_personality(Self& self) {
  if (self.plan.process.personality) set_personality(*self.plan.process.personality);
}

// Without no_new_privs the filter needs CAP_SYS_ADMIN, which is about to go; a listener belongs to
// create. Everything else is loaded last, in the handover (SC-30).
void early_seccomp(Self& self) {
  const ProcessPlan& process = self.plan.process;
  if (process.no_new_privs != 0) sys::set_no_new_privs();
  if (process.seccomp.program.empty()) return;
  if (process.seccomp.listener != 0) {
    // The lowest free number is what seccomp(2) will return. The runtime takes it from there: a
    // filter that notifies on sendmsg must not stop us from handing it over.
    const int number = sys::dup(self.up.fd()).get();
    send_msg(self.up, Msg::kListener, std::to_string(number));
    const int listener = load_seccomp(process.seccomp);
    if (listener != number) throw Error(Code::kInternal, "the notify descriptor is elsewhere");
    (void)expect(self.up, Msg::kHostDone);
    (void)::close(listener);
  } else if (process.no_new_privs == 0) {
    (void)load_seccomp(process.seccomp);
  }
}

// A limit on open files that rt-init could not live with waits for the handover.
void set_rlimits(Self& self) {
  for (const RlimitPlan& limit : self.plan.process.rlimits) {
    if (limit.resource == RLIMIT_NOFILE && limit.soft < kOwnDescriptors) continue;
    sys::prlimit(0, limit.resource, limit.soft, limit.hard);
  }
}

void take_identity(Self& self) {
  const ProcessPlan& process = self.plan.process;
  if (!process.args.empty()) self.in_directory = enter_directory(self.root, process.cwd);
  IdentityPlan identity = process.identity;
  if (identity.has_umask == 0) identity.umask = self.inherited_umask;
  become(identity);
  (void)::umask(identity.umask);
  refuse_tracers();  // a change of ids may have turned it back on (prctl(2))
  if (process.args.empty() || self.in_directory) return;
  if (!enter_directory(self.root, process.cwd)) throw_errno_value(EACCES, "chdir", process.cwd);
}

struct Step {
  const char* name;
  void (*run)(Self&);
};

constexpr Step kSteps[] = {
    {"begin", receive_begin},
    {"new session", new_session},
    {"late namespaces", late_namespaces},
    {"attach rootfs", attach_root},
    {"mounts", mount_all},
    {"devices", make_devices},
    {"runtime hooks", runtime_hooks},
    {"createContainer hooks", create_container_hooks},
    {"enter rootfs", enter_root},
    {"terminal", set_up_terminal},
    {"stdio", hand_over_stdio},
    {"working directory", make_working_directory},
    {"read-only mounts", make_read_only_now},
    {"host name", set_names},
    {"sysctl", set_sysctls},
    {"readonly and masked paths", cover_paths},
    {"scheduler", schedule},
    {"io priority", order_io},
    {"memory policy", place_memory},
    {"personality", take_personality},
};

// With these the process is the container's user; the texts of their errors are read by managers,
// so no step name comes between.
constexpr Step kIdentitySteps[] = {
    {"rlimits", set_rlimits},
    {"seccomp", early_seccomp},
    {"identity", take_identity},
};

std::uint64_t now_us() {
  timespec now{};
  (void)::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
}

// Runs them in order; `times` gets a line for each, for --debug.
void run_steps(std::span<const Step> steps, Self& self, std::string& times) {
  for (const Step& step : steps) {
    const Context here(step.name);
    const std::uint64_t begin = now_us();
    step.run(self);
    times +=
        std::string("stage 2: ") + step.name + ": " + std::to_string(now_us() - begin) + " us\n";
  }
}

}  // namespace

int stage2(const InitPlan& plan, Channel& up, mode_t inherited_umask) {
  Self self{.plan = plan, .up = up, .inherited_umask = inherited_umask};
  std::string times;
  run_steps(kSteps, self, times);
  Gate gate(std::move(self.gate));
  run_steps(kIdentitySteps, self, times);
  Handover handover(plan, self.root);
  self.root = Root(Fd());
  send_msg(up, Msg::kReady, times);
  (void)expect(up, Msg::kKept);
  up.close();
  return gate.wait(handover);
}

}  // namespace rt

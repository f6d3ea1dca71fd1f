// SPDX-License-Identifier: Apache-2.0
//
// From the first instruction in the container's namespaces to the last before waiting for start.
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <ctime>
#include <optional>

#include "hooks/run.h"
#include "runtime/base/close_together.h"
#include "runtime/base/error.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/init/gate.h"
#include "runtime/init/protocol.h"
#include "runtime/init/stage.h"
#include "runtime/init/stdio.h"
#include "runtime/init/traceable.h"
#include "runtime/kernel/capabilities_apply.h"
#include "runtime/kernel/executable.h"
#include "runtime/kernel/lsm_label.h"
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
  Trees(const Channel& up, std::vector<Fd> from_stage1)
      : up_(up), batch_(std::move(from_stage1)), all_here_(!batch_.empty()) {}
  Fd next() {
    if (used_ == batch_.size()) {
      if (all_here_) throw Error(Code::kInternal, "a mount was expected");
      if (!batch_.empty()) send_msg(up_, Msg::kTrees);  // the first batch comes unasked
      batch_ = expect(up_, Msg::kTrees).fds;
      used_ = 0;
      if (batch_.empty()) throw Error(Code::kProtocol, "a mount was expected");
    }
    return std::move(batch_[used_++]);
  }

 private:
  const Channel& up_;
  std::vector<Fd> batch_;
  bool all_here_;
  std::size_t used_ = 0;
};

struct Self {
  const InitPlan& plan;
  Channel& up;
  mode_t inherited_umask;
  std::vector<Fd> namespaces;
  Trees trees;
  Fd gate{};
  Fd null_device{};
  Fd attributes{};  // /proc/self/attr, when there is a label to write
  Root root{Fd()};
  std::vector<Fd> read_only_last{};
  bool in_directory = false;
  std::optional<Handover> handover{};
};

// These two are stage 1's where there is one.
void take_oom_score(Self& self) {
  if (self.plan.namespaces.two_stages == 0) set_oom_score(self.plan.namespaces);
}

void join_here(Self& self) {
  if (self.plan.namespaces.two_stages == 0) join(self.plan.namespaces, std::move(self.namespaces));
}

void receive_begin(Self& self) {
  Frame frame = expect(self.up, Msg::kBegin);
  const InitPlan& plan = self.plan;
  const std::size_t expected = plan.mounts_inside != 0     ? kRootfsFd
                               : plan.joins_container != 0 ? kNullDeviceFd
                                                           : kBeginFds;
  if (frame.fds.size() != expected) throw Error(Code::kProtocol, "Begin lacks descriptors");
  self.gate = std::move(frame.fds[kGateFd]);
  if (expected > kNullDeviceFd) self.null_device = std::move(frame.fds[kNullDeviceFd]);
  if (expected == kRootfsFd) return;
  self.root = Root(std::move(frame.fds[kRootfsFd]));
}

void new_session(Self& self) {
  sys::setsid();
  const ProcessPlan& process = self.plan.process;
  if (!process.apparmor_profile.empty() || !process.selinux_label.empty())
    self.attributes = open_own_attributes();
  if (process.keyring.empty()) return;
  if (!process.selinux_label.empty())
    set_selinux_key_label(self.attributes.get(), process.selinux_label);
  try {
    (void)sys::keyctl_join_session(process.keyring.c_str());
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
  if (self.plan.namespaces.has_mounts != 0 && self.plan.mounts_inside == 0) isolate_mounts();
}

void attach_root(Self& self) {
  if (self.plan.rootfs.enter == EnterRoot::kChroot || self.plan.mounts_inside != 0) return;
  attach_rootfs(self.plan.rootfs, self.root.fd());
}

// The kernel alone knows whether this user namespace may mount that filesystem.
Fd mount_or_fall_back(Self& self, const MountStep& step, Fd tree) {
  try {
    return mount_step(self.root, step, {});
  } catch (const Error& e) {
    if (e.facts().error_number != EPERM) throw;
    send_msg(self.up, Msg::kLog, std::string(e.what()) + ": bound from outside instead");
  }
  MountStep bound = step;
  bound.kind = MountKind::kTree;
  return mount_step(self.root, bound, std::move(tree));
}

void mount_all(Self& self) {
  const CloseTogether spent;
  for (const MountStep& step : self.plan.mounts) {
    const Context origin(step.origin);
    const Context here("mount", step.destination);
    Fd tree = step.kind == MountKind::kTree || step.has_fallback != 0 ? self.trees.next() : Fd();
    Fd mounted = step.has_fallback != 0 ? mount_or_fall_back(self, step, std::move(tree))
                                        : mount_step(self.root, step, std::move(tree));
    if (step.read_only_last != 0) self.read_only_last.push_back(std::move(mounted));
  }
}

void make_devices(Self& self) {
  const CloseTogether spent;
  DeviceMaker maker(self.root);
  for (const DeviceStep& step : self.plan.devices) {
    const Context origin(step.origin);
    const Context here("make device", step.path);
    maker.make(step, step.bind != 0 ? self.trees.next() : Fd());
  }
  if (self.plan.dev_is_ours != 0) maker.make_links();
}

void runtime_hooks(Self& self) {
  if (self.plan.runtime_hooks == 0) return;
  const Traceable window(self.plan.namespaces);
  send_msg(self.up, Msg::kNeedHooks);
  (void)expect(self.up, Msg::kHostDone);
}

void create_container_hooks(Self& self) {
  run_hook_plan(self.plan.create_container, "createContainer", self.plan.bundle, {});
}

void enter_root(Self& self) {
  enter_rootfs(self.plan.rootfs, self.root.fd());
}

// The root of the joined mount namespace, unless the container has none of its own: then the
// directory that its first process has as root.
void join_root(Self& self) {
  sys::fchdir(self.root.fd());
  sys::chroot(".");
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

void take_stdio(Self& self) {
  hand_over_stdio(self.root, self.plan.process.identity.uid);
}

void make_working_directory(Self& self) {
  const std::string& cwd = self.plan.process.cwd;
  if (self.plan.process.args.empty() || cwd == "/") return;
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
  const CloseTogether spent;
  {
    const Context here("/linux/readonlyPaths");
    make_read_only(self.root, self.plan.readonly_paths);
  }
  const Context here("/linux/maskedPaths");
  mask(self.root, self.plan.masked_paths, std::move(self.null_device));
}

// After everything that binds: nothing can be bound from an unbindable mount.
void propagate_root(Self& self) {
  const RootfsPlan& plan = self.plan.rootfs;
  if (plan.has_propagation != 0) set_propagation(self.root.fd(), plan.propagation);
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

// They take effect at execve. With no_new_privs the kernel lets a label only narrow from here on,
// so they come before it.
void take_labels(Self& self) {
  const ProcessPlan& process = self.plan.process;
  const int attributes_fd = self.attributes.get();
  if (!process.apparmor_profile.empty())
    set_apparmor_profile(attributes_fd, process.apparmor_profile);
  if (!process.selinux_label.empty()) set_selinux_label(attributes_fd, process.selinux_label);
  self.attributes.reset();
}

// All that profiles older than openat2(2), faccessat2(2) and close_range(2) refuse comes before the
// filter.
void find_program(Self& self) {
  self.handover.emplace(self.plan, self.root);
  sys::close_range(3 + self.plan.process.kept_fds, ~0U, CLOSE_RANGE_CLOEXEC);
}

// A listener belongs to create. A filter under no_new_privs is loaded last, in the handover
// (SC-30).
void early_seccomp(Self& self) {
  const ProcessPlan& process = self.plan.process;
  if (process.no_new_privs != 0) sys::set_no_new_privs();
  if (process.seccomp.listener != 0) return load_and_hand_over(self.plan, self.up);
  if (needs_privilege_for_filter(process)) (void)load_seccomp(process.seccomp);
}

void drop_the_rest(Self& self) {
  const ProcessPlan& process = self.plan.process;
  if (needs_privilege_for_filter(process)) apply_capabilities(process.identity.capabilities);
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
  become(identity, needs_privilege_for_filter(process) ? std::uint64_t{1} << CAP_SYS_ADMIN : 0);
  (void)::umask(identity.umask);
  refuse_tracers();  // a change of ids may have turned it back on (prctl(2))
  if (process.args.empty() || self.in_directory) return;
  if (!enter_directory(self.root, process.cwd)) throw_errno_value(EACCES, "chdir", process.cwd);
}

// A new container is built; a process of `exec` finds everything there and only joins.
enum class For : std::uint8_t { kBuilding, kJoining, kBoth };

struct Step {
  const char* name;
  void (*run)(Self&);
  For when = For::kBuilding;
  const char* origin = "";  // the one member of config.json that asks for it
};

constexpr Step kSteps[] = {
    {"oom score", take_oom_score, For::kBoth},
    {"join namespaces", join_here, For::kBoth},
    {"begin", receive_begin, For::kBoth},
    {"new session", new_session, For::kBoth},
    {"late namespaces", late_namespaces},
    {"attach rootfs", attach_root},
    {"mounts", mount_all},
    {"devices", make_devices},
    {"runtime hooks", runtime_hooks},
    {"createContainer hooks", create_container_hooks},
    {"enter rootfs", enter_root},
    {"join rootfs", join_root, For::kJoining},
    {"terminal", set_up_terminal, For::kBoth, "/process/terminal"},
    {"stdio", take_stdio, For::kBoth},
    {"working directory", make_working_directory, For::kBuilding, "/process/cwd"},
    {"read-only mounts", make_read_only_now},
    {"host name", set_names, For::kBuilding, "/hostname"},
    {"sysctl", set_sysctls},
    {"readonly and masked paths", cover_paths},
    {"root propagation", propagate_root, For::kBuilding, "/linux/rootfsPropagation"},
    {"scheduler", schedule, For::kBoth, "/process/scheduler"},
    {"io priority", order_io, For::kBoth, "/process/ioPriority"},
    {"memory policy", place_memory, For::kBoth, "/linux/memoryPolicy"},
    {"personality", take_personality, For::kBoth, "/linux/personality"},
    {"security labels", take_labels, For::kBoth},
};

// With these the process is the container's user; the texts of their errors are read by managers,
// so no step name comes between.
constexpr Step kIdentitySteps[] = {
    {"rlimits", set_rlimits, For::kBoth, "/process/rlimits"},
    {"identity", take_identity, For::kBoth, "/process"},
    {"program", find_program, For::kBoth},
    {"seccomp", early_seccomp, For::kBoth, "/linux/seccomp"},
    {"capabilities", drop_the_rest, For::kBoth, "/process/capabilities"},
};

std::uint64_t now_us() {
  timespec now{};
  (void)::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
}

// Runs them in order; `times` gets a line for each, for --debug.
void run_steps(std::span<const Step> steps, Self& self, std::string& times) {
  const For other = self.plan.joins_container != 0 ? For::kBuilding : For::kJoining;
  for (const Step& step : steps) {
    if (step.when == other) continue;
    const Context here(step.name);
    const Context origin(step.origin);
    const std::uint64_t begin = now_us();
    step.run(self);
    times +=
        std::string("stage 2: ") + step.name + ": " + std::to_string(now_us() - begin) + " us\n";
  }
}

}  // namespace

int stage2(const InitPlan& plan, Channel& up, Stage2Start start) {
  InsideMounts& mounts = start.mounts;
  Self self{.plan = plan,
            .up = up,
            .inherited_umask = start.inherited_umask,
            .namespaces = std::move(start.namespaces),
            .trees = Trees(up, std::move(mounts.trees)),
            .null_device = std::move(mounts.null_device),
            .root = Root(std::move(mounts.root))};
  std::string times;
  run_steps(kSteps, self, times);
  std::optional<Gate> gate;
  if (plan.has_gate != 0) gate.emplace(std::move(self.gate));
  run_steps(kIdentitySteps, self, times);
  self.root = Root(Fd());
  send_msg(up, Msg::kReady, times);
  (void)expect(up, Msg::kKept);
  up.close();
  return gate ? gate->wait(*self.handover) : hand_over(*self.handover, self.gate);
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/make_plan.h"

#include <sched.h>
#include <sys/mount.h>

#include <algorithm>
#include <limits>

#include "hooks/points.h"
#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/delegate.h"
#include "runtime/kernel/seccomp.h"
#include "spec/documents.h"
#include "spec/number_list.h"
#include "spec/sysctl_key.h"
#include "spec/version.h"

namespace rt {
namespace {

using spec::NamespaceType;

// Only a further process is in a joined pid namespace: whoever lives there sees no process of ours
// that is still outside in anything else (decision 0025). A user namespace comes with a change of
// ids.
constexpr std::uint32_t kJoinedByFork = CLONE_NEWUSER | CLONE_NEWPID;

const spec::Namespace* find_namespace(const spec::Config& config, NamespaceType type) {
  if (!config.linux_) return nullptr;
  for (const spec::Namespace& one : config.linux_->namespaces) {
    if (one.type == type) return &one;
  }
  return nullptr;
}

std::string offsets_text(const spec::Linux& linux) {
  std::string out;
  for (const auto& [clock, offset] : linux.time_offsets) {
    out += clock + ' ' + std::to_string(offset.secs) + ' ' + std::to_string(offset.nanosecs) + '\n';
  }
  return out;
}

Propagation to_propagation(const spec::RootfsPropagation& wanted) {
  Propagation out{.recursive = wanted.recursive ? std::uint8_t{1} : std::uint8_t{0}};
  switch (wanted.kind) {
    case spec::Propagation::kShared:
      out.kind = MS_SHARED;
      break;
    case spec::Propagation::kSlave:
      out.kind = MS_SLAVE;
      break;
    case spec::Propagation::kPrivate:
      out.kind = MS_PRIVATE;
      break;
    case spec::Propagation::kUnbindable:
      out.kind = MS_UNBINDABLE;
      break;
  }
  return out;
}

void plan_rootfs(const spec::Config& config, const CreateOptions& options, const HostFacts& host,
                 ContainerPlan& plan) {
  RootfsPlan& rootfs = plan.init.rootfs;
  rootfs.host_path = host.rootfs;
  rootfs.device = host.rootfs_device;
  rootfs.inode = host.rootfs_inode;
  rootfs.read_only = config.root->readonly ? 1 : 0;
  rootfs.enter = options.no_pivot ? EnterRoot::kMove : EnterRoot::kPivot;
  if (config.linux_ && config.linux_->rootfs_propagation) {
    rootfs.has_propagation = 1;
    rootfs.propagation = to_propagation(*config.linux_->rootfs_propagation);
  }
  if (plan.init.namespaces.has_mounts != 0) return;
  rootfs.enter = EnterRoot::kChroot;
  const bool mounts = !config.mounts.empty() || config.root->readonly ||
                      (config.linux_ && (!config.linux_->masked_paths.empty() ||
                                         !config.linux_->readonly_paths.empty() ||
                                         config.linux_->rootfs_propagation));
  if (!mounts) return;
  throw Error(Code::kBadConfig,
              "/linux/namespaces: mounts, a read-only root, masked and readonly paths and root "
              "propagation need a mount namespace: without one they would show in the caller's",
              {.pointer = "/linux/namespaces"});
}

// The document for hooks inside, cut where the pid goes: only the container knows it.
HookPlan to_hook_plan(const spec::Config& config, const CreateOptions& options,
                      const HostFacts& host, const hooks::Point& point) {
  HookPlan out{.list = config.hooks.*point.list};
  if (out.list.empty()) return out;
  constexpr std::int32_t kPlaceholder = std::numeric_limits<std::int32_t>::max();
  const std::string text = spec::to_json(spec::State{.id = options.name.id,
                                                     .status = point.status,
                                                     .pid = kPlaceholder,
                                                     .bundle = host.bundle,
                                                     .annotations = config.annotations});
  const std::string digits = std::to_string(kPlaceholder);
  const std::size_t at = text.find("\"pid\":" + digits) + 6;
  out.state_before_pid = text.substr(0, at);
  out.state_after_pid = text.substr(at + digits.size());
  return out;
}

SeccompLoad to_seccomp_load(const spec::Seccomp& profile, const HostFacts& host) {
  const SeccompPlan plan = host.compile_seccomp(profile);
  SeccompLoad out{.flags = plan.flags,
                  .listener = plan.listener ? std::uint8_t{1} : std::uint8_t{0}};
  out.program.resize(plan.program.size() * sizeof(sock_filter));
  std::copy_n(reinterpret_cast<const char*>(plan.program.data()), out.program.size(),
              out.program.begin());
  return out;
}

void plan_environment(const spec::Config& config, ContainerPlan& plan) {
  plan.init.hostname = config.hostname;
  plan.init.domainname = config.domainname;
  if (!config.linux_) return;
  plan.init.masked_paths = config.linux_->masked_paths;
  plan.init.readonly_paths = config.linux_->readonly_paths;
  for (const auto& [key, value] : config.linux_->sysctl) {
    plan.init.sysctls.push_back({.origin = "/linux/sysctl" + json::pointer_step(key),
                                 .path = spec::sysctl_path(key).value_or(key),
                                 .value = value});
  }
}

void plan_cgroup(const spec::Config& config, const CreateOptions& options, const HostFacts& host,
                 ContainerPlan& plan) {
  if (options.cgroup_manager == CgroupManager::kDisabled) return;
  // Device rules need CAP_SYS_ADMIN over the whole machine, on both versions (RD-09).
  const bool restrict = host.authority.mounts && !host.in_user_namespace;
  const DeviceControl control = restrict ? DeviceControl::kYes : DeviceControl::kNo;
  const std::string path = config.linux_ ? config.linux_->cgroups_path : "";
  const auto resources = config.linux_ ? config.linux_->resources : std::nullopt;
  const std::string& id = options.name.id;
  plan.cgroup = host.systemd ? to_systemd_plan(host.cgroups, *host.systemd,
                                               {path, id, config.annotations}, resources, control)
                             : to_cgroup_plan(host.cgroups, path, id, resources, control);
  if (!restrict && config.linux_ && config.linux_->resources &&
      !config.linux_->resources->devices.empty()) {
    plan.warnings.emplace_back(
        "/linux/resources/devices is not applied: device rules need CAP_SYS_ADMIN in the initial "
        "user namespace");
  }
  // What a user makes is the user's already, and not the user's to give away.
  plan.delegate_cgroup =
      wants_delegation(config) && host.cgroups.unified_only() && host.authority.ids.any_id;
  if (!host.closed_cgroups.empty()) leave_out_closed_cgroups(config, host, plan);
}

IdentityPlan to_identity(const spec::User& user) {
  return {.uid = user.uid,
          .gid = user.gid,
          .groups = user.additional_gids,
          .has_umask = user.umask ? std::uint8_t{1} : std::uint8_t{0},
          .umask = user.umask.value_or(0)};
}

TerminalPlan to_terminal(const spec::Process& process) {
  TerminalPlan out{.enabled = process.terminal ? std::uint8_t{1} : std::uint8_t{0},
                   .owner = process.user.uid};
  if (!process.terminal || !process.console_size) return out;
  out.height = static_cast<std::uint16_t>(process.console_size->height.value_or(0));
  out.width = static_cast<std::uint16_t>(process.console_size->width.value_or(0));
  return out;
}

template <class Flag>
std::uint32_t mask_of(const std::vector<Flag>& flags) {
  std::uint32_t out = 0;
  for (const Flag flag : flags) out |= static_cast<std::uint32_t>(flag);
  return out;
}

SchedulerPlan to_scheduler(const spec::Scheduler& wanted) {
  return {.policy = static_cast<std::uint32_t>(wanted.policy),
          .flags = mask_of(wanted.flags),
          .nice = wanted.nice,
          .priority = static_cast<std::uint32_t>(wanted.priority),
          .runtime = wanted.runtime,
          .deadline = wanted.deadline,
          .period = wanted.period};
}

IoPriorityPlan to_io_priority(const spec::IoPriority& wanted) {
  return {.io_class = static_cast<std::uint8_t>(wanted.io_class),
          .level = static_cast<std::uint8_t>(wanted.priority)};
}

MemoryPolicyPlan to_memory_policy(const spec::MemoryPolicy& wanted) {
  return {.mode = static_cast<std::uint32_t>(wanted.mode) | mask_of(wanted.flags),
          .nodes = spec::number_mask(wanted.nodes)};
}

// A module that is not in force would swallow the label or refuse it with an errno: said here.
void plan_labels(const spec::Process& process, const HostFacts& host, ProcessPlan& out) {
  if (!process.apparmor_profile.empty()) demand_apparmor(host.lsms, "/process/apparmorProfile");
  if (!process.selinux_label.empty()) demand_selinux(host.lsms, "/process/selinuxLabel");
  out.apparmor_profile = process.apparmor_profile;
  out.selinux_label = process.selinux_label;
}

// Of a name that comes twice the last value counts, as in runc and crun; getenv(3) takes the first.
std::vector<std::string> last_of_each(std::vector<std::string> env) {
  const auto name = [](std::string_view entry) { return entry.substr(0, entry.find('=')); };
  for (std::size_t i = env.size(); i-- > 1;) {
    const std::string_view kept = name(env[i]);
    const auto end = env.begin() + static_cast<std::ptrdiff_t>(i);
    const auto rest = std::remove_if(env.begin(), end,
                                     [&](const std::string& entry) { return name(entry) == kept; });
    i -= static_cast<std::size_t>(end - rest);
    env.erase(rest, end);
  }
  return env;
}

// What linux.* says about the process itself.
void plan_linux_process(const spec::Linux& linux, const HostFacts& host, ContainerPlan& plan) {
  ProcessPlan& process = plan.init.process;
  if (linux.seccomp) process.seccomp = to_seccomp_load(*linux.seccomp, host);
  if (linux.memory_policy) process.memory_policy = to_memory_policy(*linux.memory_policy);
  if (linux.personality)
    process.personality = static_cast<std::uint32_t>(linux.personality->domain);
}

// config.md "Specification version". Managers stamp the version that they were built with, whether
// or not they use what is new in it.
void warn_of_newer_version(const spec::Config& config, ContainerPlan& plan) {
  const auto theirs = spec::parse_version(config.oci_version);
  const auto ours = spec::parse_version(spec::kOciVersion);
  if (!theirs || !ours || theirs->minor <= ours->minor) return;
  plan.warnings.push_back("config.json: /ociVersion: " + quoted(config.oci_version) +
                          " is newer than " + spec::kOciVersion + ", what it adds is ignored");
}

}  // namespace

bool has_namespace(const spec::Config& config, NamespaceType type) {
  return find_namespace(config, type) != nullptr;
}

bool has_new_namespace(const spec::Config& config, NamespaceType type) {
  const spec::Namespace* found = find_namespace(config, type);
  return found != nullptr && found->path.empty();
}

void plan_namespaces(const spec::Config& config, ContainerPlan& plan) {
  if (!config.linux_) return;
  NamespacePlan& out = plan.init.namespaces;
  const auto& namespaces = config.linux_->namespaces;
  for (std::size_t i = 0; i < namespaces.size(); ++i) {
    const spec::Namespace& one = namespaces[i];
    const auto flag = static_cast<std::uint32_t>(one.type);
    if (!one.path.empty()) {
      out.joined.push_back(flag);
      plan.joined.push_back({.type = flag,
                             .path = one.path,
                             .origin = "/linux/namespaces/" + std::to_string(i) + "/path"});
    } else if (one.type == NamespaceType::kCgroup) {
      out.new_cgroup = 1;
    } else {
      out.created |= flag;
    }
  }
  out.has_mounts = has_namespace(config, NamespaceType::kMount) ? 1 : 0;
  out.loopback_up = has_new_namespace(config, NamespaceType::kNetwork) ? 1 : 0;
  plan.user_namespace = has_namespace(config, NamespaceType::kUser);
  out.become_root = plan.user_namespace ? 1 : 0;
  if (has_new_namespace(config, NamespaceType::kTime)) {
    out.time_offsets = offsets_text(*config.linux_);
  }
  // One clone can make them all, unless somebody has to act between two of them.
  const bool user_or_time = (out.created & (CLONE_NEWUSER | CLONE_NEWTIME)) != 0;
  const bool forks = std::ranges::any_of(
      out.joined, [](std::uint32_t type) { return (type & kJoinedByFork) != 0; });
  out.two_stages = user_or_time || forks ? 1 : 0;
}

ProcessPlan plan_process(const spec::Process& process, const CreateOptions& options,
                         const HostFacts& host, const ContainerPlan& plan,
                         std::vector<std::string>& warnings) {
  ProcessPlan out;
  out.args = process.args;
  out.env = last_of_each(process.env);
  out.cwd = process.cwd;
  out.identity = to_identity(process.user);
  const CapabilityPlan capabilities = to_capability_plan(
      process.capabilities,
      plan.user_namespace ? host.capabilities.in_user_namespace() : host.capabilities);
  out.identity.capabilities = capabilities.masks;
  warnings.insert(warnings.end(), capabilities.warnings.begin(), capabilities.warnings.end());
  out.terminal = to_terminal(process);
  out.no_new_privs = process.no_new_privileges ? 1 : 0;
  plan_labels(process, host, out);
  for (const spec::Rlimit& limit : process.rlimits) {
    out.rlimits.push_back({static_cast<std::int32_t>(limit.type), limit.soft, limit.hard});
  }
  if (!options.no_new_keyring) out.keyring = "_ses." + options.name.id;
  if (process.scheduler) out.scheduler = to_scheduler(*process.scheduler);
  if (process.io_priority) out.io_priority = to_io_priority(*process.io_priority);
  out.kept_fds = host.listen_fds + options.preserve_fds;
  if (host.listen_fds > 0) {
    out.env.push_back("LISTEN_FDS=" + std::to_string(host.listen_fds));
    out.env.emplace_back("LISTEN_PID=1");
  }
  if (!host.notify_directory.empty()) out.env.emplace_back("NOTIFY_SOCKET=/run/notify/notify.sock");
  return out;
}

ContainerPlan make_plan(const spec::Config& config, const CreateOptions& options,
                        const HostFacts& host) {
  ContainerPlan plan{.annotated = read_annotations(config.annotations)};
  warn_of_newer_version(config, plan);
  plan_namespaces(config, plan);
  plan_id_maps(config, host, plan);
  plan_oom_score(config, host, plan);
  plan_cgroup(config, options, host, plan);
  plan_rootfs(config, options, host, plan);
  plan_mounts(config, host, plan);
  plan_devices(config, host, plan);
  plan_environment(config, plan);
  if (config.process) {
    plan.init.process = plan_process(*config.process, options, host, plan, plan.warnings);
  }
  if (config.linux_) plan_linux_process(*config.linux_, host, plan);
  plan_groups(host, plan);
  plan.init.create_container = to_hook_plan(config, options, host, hooks::kCreateContainer);
  plan.init.start_container = to_hook_plan(config, options, host, hooks::kStartContainer);
  const bool net_devices = config.linux_ && !config.linux_->net_devices.empty();
  // Those of createContainer need nothing of the runtime but that it has restricted the devices.
  const bool hooks = !config.hooks.prestart.empty() || !config.hooks.create_runtime.empty() ||
                     !config.hooks.create_container.empty();
  plan.init.runtime_hooks = hooks || net_devices ? 1 : 0;
  plan.init.bundle = host.bundle;
  if (!host.authority.mounts) plan_rootless(host, plan);
  return plan;
}

ContainerPlan make_exec_plan(const spec::Config& config, const spec::Process& process,
                             const CreateOptions& options, const HostFacts& host,
                             std::uint32_t joined) {
  ContainerPlan plan{.annotated = read_annotations(config.annotations)};
  NamespacePlan& namespaces = plan.init.namespaces;
  plan.user_namespace = (joined & CLONE_NEWUSER) != 0;
  if (joined != 0) namespaces.joined = {joined};
  namespaces.two_stages = (joined & kJoinedByFork) != 0 ? 1 : 0;
  namespaces.become_root = plan.user_namespace ? 1 : 0;
  plan.init.joins_container = 1;
  plan.init.process = plan_process(process, options, host, plan, plan.warnings);
  plan_groups(host, plan);
  plan_oom_score(config, host, plan);
  plan.init.process.terminal.console = 0;
  if (config.linux_) plan_linux_process(*config.linux_, host, plan);
  return plan;
}

}  // namespace rt

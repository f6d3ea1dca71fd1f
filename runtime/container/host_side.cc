// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/host_side.h"

#include <fcntl.h>
#include <sys/mount.h>

#include <limits>

#include "hooks/points.h"
#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/container/run_hooks.h"
#include "runtime/container/sockets.h"
#include "runtime/kernel/cgroup/delegate.h"
#include "runtime/kernel/cgroup/devices_bpf.h"
#include "runtime/kernel/cgroup/stats.h"
#include "runtime/kernel/id_map.h"
#include "runtime/kernel/masked_paths.h"
#include "runtime/kernel/seccomp_listener.h"
#include "spec/documents.h"
#include "spec/names.h"

namespace rt {
namespace {

std::string process_file(pid_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

}  // namespace

void ContainerHost::spawned(pid_t pid) {
  const Context here("join cgroup");
  // clone3 has put it into the unified hierarchy already.
  group_.attach(pid, group_.into_fd() >= 0 ? Cgroup::Where::kLegacy : Cgroup::Where::kEverywhere);
  if (!group_.none()) sys::allow_every_cpu(pid);  // the cpuset decides, not our caller's mask
  raise_hard_limits(pid);
}

// Only the runtime may be privileged to do this, and only before the process changes its ids
// (prlimit(2)). The exact values are set inside, last, where lowering needs no privilege.
void ContainerHost::raise_hard_limits(pid_t pid) const {
  for (const RlimitPlan& limit : plan_.init.process.rlimits) {
    const Context here("set rlimit", spec::word_of(static_cast<spec::RlimitType>(limit.resource)));
    const auto [soft, hard] = sys::get_rlimit(pid, limit.resource);
    if (limit.hard > hard) sys::prlimit(pid, limit.resource, soft, limit.hard);
  }
}

void ContainerHost::write_id_maps(pid_t pid) {
  const Context here("write id maps");
  rt::write_id_maps(pid, plan_.uid_mappings, plan_.gid_mappings);
}

void ContainerHost::write_time_offsets(pid_t pid) {
  const Context here("write time offsets");
  write_kernel_file(process_file(pid, "timens_offsets"), plan_.init.namespaces.time_offsets);
}

void ContainerHost::begin(pid_t init) {
  init_ = init;
  apply_limits();
  const auto& process = bundle_.config.process;
  if (process && process->oom_score_adj) {
    const Context here("set oom_score_adj");
    write_kernel_file(process_file(init, "oom_score_adj"), std::to_string(*process->oom_score_adj));
  }
}

// Fails closed (R21), but for a runtime that is in a user namespace itself: there nobody may load
// the program, and devices cannot be made either (RD-09).
void ContainerHost::restrict_devices() {
  if (plan_.cgroup.device_program.empty()) return;
  const DeviceFilter filter = attach_device_program(group_.into_fd(), plan_.cgroup.device_program);
  if (filter == DeviceFilter::kAttached) return;
  constexpr const char* kWhy = "the kernel does not permit the device rules (BPF)";
  if (in_initial_user_namespace()) throw Error(Code::kCgroupFailed, kWhy, {.syscall = "bpf"});
  log::warning(kWhy);
}

void ContainerHost::apply_limits() {
  if (group_.none()) return;
  const Context here("set cgroup limits");
  group_.apply(plan_.cgroup.writes);
  restrict_devices();
  if (plan_.delegate_cgroup && bundle_.config.process) {
    delegate_cgroup(group_.into_fd(),
                    to_host_id(plan_.uid_mappings, bundle_.config.process->user.uid, "user"));
  }
}

Fd ContainerHost::gate() {
  return dir_.gate_handle();
}

Fd ContainerHost::rootfs() {
  if (plan_.init.rootfs.enter == EnterRoot::kChroot) return sys::dup(bundle_.rootfs.get());
  const Context here("rootfs", bundle_.rootfs_path);
  // The pinned directory, not its name: nobody can exchange it between check and use.
  Fd tree =
      sys::open_tree(bundle_.rootfs.get(), "", AT_EMPTY_PATH | OPEN_TREE_CLONE | AT_RECURSIVE);
  const RootfsPlan& plan = plan_.init.rootfs;
  const bool follows_host = plan.has_propagation != 0 && (plan.propagation.kind == MS_SHARED ||
                                                          plan.propagation.kind == MS_SLAVE);
  const std::uint64_t kind = follows_host ? MS_SLAVE : MS_PRIVATE;
  set_propagation(tree.get(), {.kind = kind, .recursive = 1});
  return tree;
}

Fd ContainerHost::null_device() {
  return make_null_device();
}

Fd ContainerHost::user_namespace_for(const TreePlan& tree) const {
  if (tree.map_like_container) return sys::open(process_file(init_, "ns/user"), O_RDONLY);
  if (tree.uid_mappings.empty()) return {};
  return make_user_namespace(tree.uid_mappings, tree.gid_mappings);
}

Fd ContainerHost::tree(std::size_t index) {
  const TreePlan& wanted = plan_.trees[index];
  const Context here("open mount source", wanted.source);
  if (wanted.device) return clone_host_device(wanted.device_step);
  TreeRequest request{.source = wanted.source,
                      .from_dir_fd = bundle_.directory.get(),
                      .recursive = wanted.recursive,
                      .recursive_id_map = wanted.map_recursive,
                      .follow_link = wanted.follow_link,
                      .keep_peers = wanted.keep_peers};
  if (wanted.own_cgroup) {
    const CgroupPlace& place = group_.places()[*wanted.own_cgroup];
    request.source = place.mount_point + "/" + place.path;
  }
  const Fd user_namespace = user_namespace_for(wanted);
  request.user_ns_fd = user_namespace.get();
  return make_tree(request, wanted.change, wanted.propagation);
}

void ContainerHost::run_hooks(pid_t init) {
  for (const hooks::Point* point : {&hooks::kPrestart, &hooks::kCreateRuntime}) {
    run_runtime_hooks(*point, bundle_.config,
                      {.id = dir_.id(), .bundle = bundle_.path, .pid = init});
  }
}

void ContainerHost::take_terminal(Fd master) {
  if (!console_.valid()) {
    master_ = std::move(master);
    return;
  }
  const Context here("send the terminal to the console socket");
  send_descriptor(console_, master.get(), "/dev/ptmx");
  console_.reset();
}

void ContainerHost::take_listener(Fd notify, pid_t init) {
  const Context here("seccomp listener");
  const spec::Seccomp& profile = *bundle_.config.linux_->seccomp;
  const spec::ContainerProcessState document{.fds = {"seccompFd"},
                                             .pid = init,
                                             .metadata = profile.listener_metadata,
                                             .state = {.id = dir_.id(),
                                                       .status = spec::Status::kCreating,
                                                       .pid = init,
                                                       .bundle = bundle_.path,
                                                       .annotations = bundle_.config.annotations}};
  send_to_seccomp_agent(profile.listener_path, spec::to_json(document), notify.get(),
                        Deadline::in(std::chrono::seconds(10)));
}

void ContainerHost::log(std::string_view line) {
  log::warning(line);
}

void ContainerHost::log_steps(std::string_view lines) {
  if (!log::enabled(log::Level::kDebug)) return;
  for (const std::string_view line : split_lines(lines)) log::debug(line);
}

std::string ContainerHost::death_note() {
  if (oom_kills(group_).value_or(0) == 0) return {};
  return "container init was OOM-killed (memory limit too low?)";
}

}  // namespace rt

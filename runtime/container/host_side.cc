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
#include "runtime/container/run_hooks.h"
#include "runtime/kernel/cgroup/delegate.h"
#include "runtime/kernel/cgroup/devices_bpf.h"
#include "runtime/kernel/id_map.h"
#include "runtime/kernel/masked_paths.h"
#include "runtime/kernel/net_devices.h"

namespace rt {
namespace {

std::string process_file(pid_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

bool permits_no_process(const spec::Config& config) {
  if (!config.linux_ || !config.linux_->resources || !config.linux_->resources->pids) return false;
  return config.linux_->resources->pids->limit == spec::Limit(std::uint64_t{0});
}

}  // namespace

ContainerHost::ContainerHost(const Parts& parts, Fd console, Fd answer)
    : ProcessHost(std::move(console), parts.plan.init.process.rlimits),
      plan_(parts.plan),
      bundle_(parts.bundle),
      dir_(parts.dir),
      answer_(std::move(answer)),
      unit_(parts.unit),
      group_(parts.group),
      resctrl_(parts.resctrl) {
  if (unit_.none()) kills_.emplace(group_, OomKills::Goes::kWithContainer);
}

// clone3 or systemd has put it into the unified hierarchy already. systemd may do so where we may
// not, and alone knows what it does in others: there it is put once more.
void ContainerHost::join_cgroup(pid_t pid) {
  const bool cloned_into = group_.into_fd() >= 0;
  bool placed = cloned_into;
  if (!unit_.none()) {
    unit_.start(pid);
    group_.adopt();
    kills_.emplace(group_, OomKills::Goes::kWithLastProcess);  // it has no limits yet
    placed = unit_.holds_processes();
  }
  const Context here("join cgroup");
  group_.attach(pid, placed ? Cgroup::Where::kLegacy : Cgroup::Where::kEverywhere);
}

// A cgroup that only a pid can join comes first; and into one that may hold no process at all
// nothing can be cloned, though one that is in may stay.
bool ContainerHost::can_begin_early() const {
  const bool nobody = permits_no_process(bundle_.config);
  return unit_.none() && group_.is_joined_by_clone() && !raises_hard_limits() && !nobody;
}

void ContainerHost::spawned(pid_t pid) {
  join_cgroup(pid);
  const Context here("join cgroup");
  raise_hard_limits(pid);
}

void ContainerHost::write_id_maps(pid_t pid) {
  const Context here("/linux/uidMappings");
  rt::write_id_maps(pid, plan_.id_maps);
}

void ContainerHost::write_time_offsets(pid_t pid) {
  const Context here("/linux/timeOffsets");
  write_kernel_file(process_file(pid, "timens_offsets"), plan_.init.namespaces.time_offsets);
}

void ContainerHost::begin(pid_t init) {
  init_ = init;
  {
    const Context here("join cgroup");
    if (!group_.none()) sys::allow_every_cpu(init);  // the cpuset decides, not our caller's mask
    resctrl_.attach(init);
  }
  set_oom_score(init, bundle_.config.process, plan_.init.namespaces);
}

// The kernel needs as long to check the device program as rt-init to mount.
void ContainerHost::while_building(pid_t init) {
  if (!group_.none()) restrict_devices();
  start_time_ = read_proc_stat(init).value_or(ProcStat{}).start_time;
}

// Fails closed (R21): where the program can never be loaded, the plan has none (RD-09).
void ContainerHost::restrict_devices() {
  if (plan_.cgroup.device_program.empty()) return;
  const Context here("set cgroup limits");
  const DeviceFilter filter = attach_device_program(group_.into_fd(), plan_.cgroup.device_program);
  if (filter == DeviceFilter::kAttached) return;
  throw Error(Code::kCgroupFailed, "the kernel does not permit the device rules (BPF)",
              {.syscall = "bpf"});
}

void ContainerHost::apply_limits() {
  if (group_.none()) return;
  const Context here("set cgroup limits");
  const auto& platform = bundle_.config.linux_;
  if (platform && platform->resources) group_.check_before_update(*platform->resources);
  unit_.limit();
  group_.apply(plan_.cgroup.writes);
  if (plan_.delegate_cgroup && bundle_.config.process) {
    delegate_cgroup(group_.into_fd(),
                    to_host_id(plan_.id_maps.uids, bundle_.config.process->user.uid, "user"));
  }
}

Fd ContainerHost::gate() {
  return std::move(answer_);
}

Fd ContainerHost::rootfs() {
  if (plan_.init.rootfs.enter == EnterRoot::kChroot) return sys::dup(bundle_.rootfs.get());
  const Context origin("/root/path");
  const Context here("rootfs", bundle_.rootfs_path);
  // The pinned directory, not its name: nobody can exchange it between check and use.
  return clone_rootfs(plan_.init.rootfs, bundle_.rootfs.get());
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
  if (wanted.device) {
    const Context here(wanted.device_step.origin);
    return clone_host_device(wanted.device_step);
  }
  const Context origin(wanted.origin);
  const Context here("open mount source", wanted.source);
  TreeRequest request{.source = wanted.source,
                      .from_dir_fd = bundle_.directory.get(),
                      .recursive = wanted.recursive,
                      .recursive_id_map = wanted.map_recursive,
                      .follow_link = wanted.follow_link,
                      .keep_peers = wanted.keep_peers,
                      .keep_flags = plan_.user_namespace};
  if (wanted.own_cgroup) {
    const CgroupPlace& place = group_.places()[*wanted.own_cgroup];
    request.source = place.mount_point + "/" + place.path;
  }
  const Fd user_namespace = user_namespace_for(wanted);
  request.user_ns_fd = user_namespace.get();
  return make_tree(request, wanted.change, wanted.propagation);
}

// As late as the spec permits: a create that fails afterwards cannot give them back (decision
// 0016).
void ContainerHost::move_net_devices(pid_t init) const {
  if (!bundle_.config.linux_ || bundle_.config.linux_->net_devices.empty()) return;
  const Fd network = sys::open(process_file(init, "ns/net"), O_RDONLY);
  rt::move_net_devices(bundle_.config.linux_->net_devices, network.get());
}

void ContainerHost::run_hooks(pid_t init) {
  move_net_devices(init);
  for (const hooks::Point* point : {&hooks::kPrestart, &hooks::kCreateRuntime}) {
    run_runtime_hooks(*point, bundle_.config,
                      {.id = dir_.id(), .bundle = bundle_.path, .pid = init});
  }
}

void ContainerHost::take_listener(Fd notify, pid_t init) {
  send_listener(*bundle_.config.linux_->seccomp, init,
                {.id = dir_.id(),
                 .status = spec::Status::kCreating,
                 .pid = init,
                 .bundle = bundle_.path,
                 .annotations = bundle_.config.annotations},
                notify);
}

std::string ContainerHost::death_note(bool /*killed*/) {
  return kills_ && kills_->happened() ? kOomKilled : "";
}

}  // namespace rt

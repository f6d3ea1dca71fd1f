// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/plan.h"

#include <type_traits>

#include "runtime/init/codec.h"

namespace rt {

// One function a struct; `Value` is the struct, const when encoding. A field that is forgotten here
// reaches rt-init as its default: plan_test.cc round-trips a plan with every field set.
template <class T, class Struct>
concept Is = std::is_same_v<std::remove_const_t<T>, Struct>;

template <class Coder, Is<Propagation> Value>
void fields(Coder& coder, Value& v) {
  coder(v.kind, v.recursive);
}
template <class Coder, Is<MountChange> Value>
void fields(Coder& coder, Value& v) {
  coder(v.set, v.clear, v.recursive_set, v.recursive_clear);
}
template <class Coder, Is<MountStep> Value>
void fields(Coder& coder, Value& v) {
  coder(v.kind, v.destination, v.type, v.source, v.options, v.change, v.propagation, v.links,
        v.read_only_last, v.label, v.copy_up, v.has_fallback, v.origin);
}
template <class Coder, Is<DeviceStep> Value>
void fields(Coder& coder, Value& v) {
  coder(v.path, v.type, v.mode, v.major, v.minor, v.uid, v.gid, v.bind, v.origin);
}
template <class Coder, Is<SysctlStep> Value>
void fields(Coder& coder, Value& v) {
  coder(v.origin, v.path, v.value);
}
template <class Coder, Is<RootfsPlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.host_path, v.device, v.inode, v.enter, v.read_only, v.has_propagation, v.propagation);
}
template <class Coder, Is<CapabilityMasks> Value>
void fields(Coder& coder, Value& v) {
  coder(v.bounding, v.effective, v.inheritable, v.permitted, v.ambient);
}
template <class Coder, Is<IdentityPlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.uid, v.gid, v.groups, v.set_groups, v.has_umask, v.umask, v.capabilities);
}
template <class Coder, Is<TerminalPlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.enabled, v.console, v.height, v.width, v.owner);
}
template <class Coder, Is<SeccompLoad> Value>
void fields(Coder& coder, Value& v) {
  coder(v.program, v.flags, v.listener);
}
template <class Coder, Is<NamespacePlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.created, v.joined, v.new_cgroup, v.two_stages, v.become_root, v.root_uid, v.root_gid,
        v.has_mounts, v.loopback_up, v.traceable, v.time_offsets, v.oom_score_adj);
}
template <class Coder, Is<InsideTree> Value>
void fields(Coder& coder, Value& v) {
  coder(v.source, v.change, v.propagation, v.recursive, v.follow_link, v.keep_peers, v.device);
}
template <class Coder, Is<RlimitPlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.resource, v.soft, v.hard);
}
template <class Coder, Is<SchedulerPlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.policy, v.flags, v.nice, v.priority, v.runtime, v.deadline, v.period);
}
template <class Coder, Is<IoPriorityPlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.io_class, v.level);
}
template <class Coder, Is<MemoryPolicyPlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.mode, v.nodes);
}
template <class Coder, Is<ProcessPlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.args, v.env, v.cwd, v.identity, v.seccomp, v.terminal, v.keyring, v.kept_fds,
        v.no_new_privs, v.apparmor_profile, v.selinux_label, v.rlimits, v.scheduler, v.io_priority,
        v.memory_policy, v.personality);
}
template <class Coder, Is<spec::Hook> Value>
void fields(Coder& coder, Value& v) {
  coder(v.path, v.args, v.env, v.timeout);
}
template <class Coder, Is<HookPlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.list, v.state_before_pid, v.state_after_pid);
}
template <class Coder, Is<InitPlan> Value>
void fields(Coder& coder, Value& v) {
  coder(v.joins_container, v.has_gate, v.namespaces, v.rootfs, v.mounts, v.devices, v.masked_paths,
        v.readonly_paths, v.sysctls, v.hostname, v.domainname, v.process, v.create_container,
        v.start_container, v.bundle, v.dev_is_ours, v.runtime_hooks, v.mounts_inside, v.trees);
}

std::string encode_plan(const InitPlan& plan) {
  Encoder encoder;
  encoder(plan);
  return encoder.take();
}

InitPlan decode_plan(std::string_view bytes) {
  Decoder decoder(bytes);
  InitPlan plan;
  decoder(plan);
  decoder.finish();
  return plan;
}

}  // namespace rt

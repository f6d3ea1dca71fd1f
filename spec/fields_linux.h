// SPDX-License-Identifier: Apache-2.0
//
// Field tables of linux.h and seccomp.h.
// Rows stand in the order of the spec; the order is also that of the written document.
#pragma once

#include "spec/fields.h"
#include "spec/fields_resources.h"
#include "spec/linux.h"
#include "spec/seccomp.h"

namespace rt::spec {

template <>
struct Fields<IdMapping> {
  static constexpr auto list =
      std::tuple(required("containerID", &IdMapping::container_id),
                 required("hostID", &IdMapping::host_id), required("size", &IdMapping::size));
};

template <>
struct Fields<Namespace> {
  static constexpr auto list =
      std::tuple(required("type", &Namespace::type), optional("path", &Namespace::path));
};

template <>
struct Fields<Device> {
  static constexpr auto list =
      std::tuple(required("path", &Device::path), required("type", &Device::type),
                 optional("major", &Device::major), optional("minor", &Device::minor),
                 optional("fileMode", &Device::file_mode), optional("uid", &Device::uid),
                 optional("gid", &Device::gid));
};

template <>
struct Fields<NetDevice> {
  static constexpr auto list = std::tuple(optional("name", &NetDevice::name));
};

template <>
struct Fields<TimeOffset> {
  static constexpr auto list =
      std::tuple(optional("secs", &TimeOffset::secs), optional("nanosecs", &TimeOffset::nanosecs));
};

template <>
struct Fields<IntelRdt> {
  static constexpr auto list =
      std::tuple(optional("closID", &IntelRdt::clos_id), optional("schemata", &IntelRdt::schemata),
                 optional("l3CacheSchema", &IntelRdt::l3_cache_schema),
                 optional("memBwSchema", &IntelRdt::mem_bw_schema),
                 optional("enableMonitoring", &IntelRdt::enable_monitoring));
};

template <>
struct Fields<MemoryPolicy> {
  static constexpr auto list =
      std::tuple(required("mode", &MemoryPolicy::mode), optional("nodes", &MemoryPolicy::nodes),
                 optional("flags", &MemoryPolicy::flags));
};

template <>
struct Fields<Personality> {
  static constexpr auto list =
      std::tuple(required("domain", &Personality::domain), optional("flags", &Personality::flags));
};

template <>
struct Fields<SeccompArg> {
  static constexpr auto list =
      std::tuple(required("index", &SeccompArg::index), required("value", &SeccompArg::value),
                 optional("valueTwo", &SeccompArg::value_two), required("op", &SeccompArg::op));
};

template <>
struct Fields<SeccompSyscall> {
  static constexpr auto list = std::tuple(
      required("names", &SeccompSyscall::names), required("action", &SeccompSyscall::action),
      optional("errnoRet", &SeccompSyscall::errno_ret), optional("args", &SeccompSyscall::args));
};

template <>
struct Fields<Seccomp> {
  static constexpr auto list = std::tuple(required("defaultAction", &Seccomp::default_action),
                                          optional("defaultErrnoRet", &Seccomp::default_errno_ret),
                                          optional("architectures", &Seccomp::architectures),
                                          optional("flags", &Seccomp::flags),
                                          optional("listenerPath", &Seccomp::listener_path),
                                          optional("listenerMetadata", &Seccomp::listener_metadata),
                                          optional("syscalls", &Seccomp::syscalls));
};

template <>
struct Fields<Linux> {
  static constexpr auto list = std::tuple(
      optional("uidMappings", &Linux::uid_mappings), optional("gidMappings", &Linux::gid_mappings),
      optional("sysctl", &Linux::sysctl), optional("resources", &Linux::resources),
      optional("cgroupsPath", &Linux::cgroups_path), optional("namespaces", &Linux::namespaces),
      optional("devices", &Linux::devices), optional("netDevices", &Linux::net_devices),
      optional("seccomp", &Linux::seccomp),
      optional("rootfsPropagation", &Linux::rootfs_propagation),
      optional("maskedPaths", &Linux::masked_paths),
      optional("readonlyPaths", &Linux::readonly_paths),
      optional("mountLabel", &Linux::mount_label), optional("intelRdt", &Linux::intel_rdt),
      optional("memoryPolicy", &Linux::memory_policy), optional("personality", &Linux::personality),
      optional("timeOffsets", &Linux::time_offsets));
};

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
//
// Field tables of state.h and features.h.
// Rows stand in the order of the spec; the order is also that of the written document.
#pragma once

#include "spec/features.h"
#include "spec/fields.h"
#include "spec/state.h"

namespace rt::spec {

// runc and crun print pid 0 for a stopped container; leaving it out breaks readers.
template <>
struct Fields<State> {
  static constexpr auto list =
      std::tuple(required("ociVersion", &State::oci_version), required("id", &State::id),
                 required("status", &State::status), always("pid", &State::pid),
                 required("bundle", &State::bundle), optional("annotations", &State::annotations));
};

template <>
struct Fields<ContainerProcessState> {
  static constexpr auto list = std::tuple(
      required("ociVersion", &ContainerProcessState::oci_version),
      always("fds", &ContainerProcessState::fds), required("pid", &ContainerProcessState::pid),
      optional("metadata", &ContainerProcessState::metadata),
      required("state", &ContainerProcessState::state));
};

template <>
struct Fields<Enabled> {
  static constexpr auto list = std::tuple(optional("enabled", &Enabled::enabled));
};

template <>
struct Fields<CgroupFeatures> {
  static constexpr auto list =
      std::tuple(optional("v1", &CgroupFeatures::v1), optional("v2", &CgroupFeatures::v2),
                 optional("systemd", &CgroupFeatures::systemd),
                 optional("systemdUser", &CgroupFeatures::systemd_user),
                 optional("rdma", &CgroupFeatures::rdma));
};

template <>
struct Fields<SeccompFeatures> {
  static constexpr auto list =
      std::tuple(optional("enabled", &SeccompFeatures::enabled),
                 optional("actions", &SeccompFeatures::actions),
                 optional("operators", &SeccompFeatures::operators),
                 optional("archs", &SeccompFeatures::archs),
                 optional("knownFlags", &SeccompFeatures::known_flags),
                 optional("supportedFlags", &SeccompFeatures::supported_flags));
};

template <>
struct Fields<IntelRdtFeatures> {
  static constexpr auto list = std::tuple(optional("enabled", &IntelRdtFeatures::enabled),
                                          optional("schemata", &IntelRdtFeatures::schemata),
                                          optional("monitoring", &IntelRdtFeatures::monitoring));
};

template <>
struct Fields<MemoryPolicyFeatures> {
  static constexpr auto list = std::tuple(optional("modes", &MemoryPolicyFeatures::modes),
                                          optional("flags", &MemoryPolicyFeatures::flags));
};

template <>
struct Fields<MountExtensions> {
  static constexpr auto list = std::tuple(optional("idmap", &MountExtensions::idmap));
};

template <>
struct Fields<LinuxFeatures> {
  static constexpr auto list = std::tuple(
      optional("namespaces", &LinuxFeatures::namespaces),
      optional("capabilities", &LinuxFeatures::capabilities),
      optional("cgroup", &LinuxFeatures::cgroup), optional("seccomp", &LinuxFeatures::seccomp),
      optional("apparmor", &LinuxFeatures::apparmor), optional("selinux", &LinuxFeatures::selinux),
      optional("intelRdt", &LinuxFeatures::intel_rdt),
      optional("memoryPolicy", &LinuxFeatures::memory_policy),
      optional("mountExtensions", &LinuxFeatures::mount_extensions),
      optional("netDevices", &LinuxFeatures::net_devices));
};

template <>
struct Fields<Features> {
  static constexpr auto list = std::tuple(
      required("ociVersionMin", &Features::oci_version_min),
      required("ociVersionMax", &Features::oci_version_max), optional("hooks", &Features::hooks),
      optional("mountOptions", &Features::mount_options), optional("linux", &Features::linux_),
      optional("annotations", &Features::annotations),
      // Empty is an answer: absent would mean that nobody knows.
      always("potentiallyUnsafeConfigAnnotations",
             &Features::potentially_unsafe_config_annotations));
};

}  // namespace rt::spec

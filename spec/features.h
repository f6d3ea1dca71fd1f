// SPDX-License-Identifier: Apache-2.0
//
// The features document: what this build understands, whatever the host can do.
// Absent means unknown, which is not false and not empty.
// Source: runtime-spec 1.3, features.md and features-linux.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rt::spec {

struct Enabled {
  std::optional<bool> enabled{};
  bool operator==(const Enabled&) const = default;
};

struct CgroupFeatures {
  std::optional<bool> v1{};
  std::optional<bool> v2{};
  std::optional<bool> systemd{};
  std::optional<bool> systemd_user{};
  std::optional<bool> rdma{};
  bool operator==(const CgroupFeatures&) const = default;
};

struct SeccompFeatures {
  std::optional<bool> enabled{};
  std::optional<std::vector<std::string>> actions{};
  std::optional<std::vector<std::string>> operators{};
  std::optional<std::vector<std::string>> archs{};
  std::optional<std::vector<std::string>> known_flags{};
  std::optional<std::vector<std::string>> supported_flags{};
  bool operator==(const SeccompFeatures&) const = default;
};

struct IntelRdtFeatures {
  std::optional<bool> enabled{};
  std::optional<bool> schemata{};
  std::optional<bool> monitoring{};
  bool operator==(const IntelRdtFeatures&) const = default;
};

struct MemoryPolicyFeatures {
  std::optional<std::vector<std::string>> modes{};
  std::optional<std::vector<std::string>> flags{};
  bool operator==(const MemoryPolicyFeatures&) const = default;
};

struct MountExtensions {
  std::optional<Enabled> idmap{};
  bool operator==(const MountExtensions&) const = default;
};

struct LinuxFeatures {
  std::optional<std::vector<std::string>> namespaces{};
  std::optional<std::vector<std::string>> capabilities{};
  std::optional<CgroupFeatures> cgroup{};
  std::optional<SeccompFeatures> seccomp{};
  std::optional<Enabled> apparmor{};
  std::optional<Enabled> selinux{};
  std::optional<IntelRdtFeatures> intel_rdt{};
  std::optional<MemoryPolicyFeatures> memory_policy{};
  std::optional<MountExtensions> mount_extensions{};
  std::optional<Enabled> net_devices{};
  bool operator==(const LinuxFeatures&) const = default;
};

struct Features {
  std::string oci_version_min{};
  std::string oci_version_max{};
  std::optional<std::vector<std::string>> hooks{};
  std::optional<std::vector<std::string>> mount_options{};
  std::optional<LinuxFeatures> linux_{};
  std::map<std::string, std::string> annotations{};
  std::vector<std::string> potentially_unsafe_config_annotations{};
  bool operator==(const Features&) const = default;
};

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
//
// The `linux` object of config.json. Enumerators carry the kernel's number where there is one.
// Source: runtime-spec 1.3, config-linux.md.
#pragma once

#include <linux/sched.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "spec/resources.h"
#include "spec/seccomp.h"

namespace rt::spec {

struct IdMapping {
  std::uint32_t container_id = 0;
  std::uint32_t host_id = 0;
  std::uint32_t size = 0;
  bool operator==(const IdMapping&) const = default;
};

enum class NamespaceType : std::uint32_t {  // the CLONE_NEW* flag
  kCgroup = CLONE_NEWCGROUP,
  kIpc = CLONE_NEWIPC,
  kMount = CLONE_NEWNS,
  kNetwork = CLONE_NEWNET,
  kPid = CLONE_NEWPID,
  kTime = CLONE_NEWTIME,
  kUser = CLONE_NEWUSER,
  kUts = CLONE_NEWUTS,
};

struct Namespace {
  NamespaceType type = NamespaceType::kMount;
  std::string path{};  // empty: make a new one
  bool operator==(const Namespace&) const = default;
};

enum class DeviceType : char { kChar = 'c', kBlock = 'b', kUnbuffered = 'u', kFifo = 'p' };

struct Device {
  DeviceType type = DeviceType::kChar;  // kUnbuffered is the same node as kChar
  std::string path{};
  std::optional<std::int64_t> major{};  // required unless kFifo
  std::optional<std::int64_t> minor{};
  std::optional<std::uint32_t> file_mode{};  // may carry S_IFMT bits: mask with 07777
  std::uint32_t uid = 0;                     // in the container's user namespace
  std::uint32_t gid = 0;
  bool operator==(const Device&) const = default;
};

struct NetDevice {
  std::string name{};  // empty: keep the host's name
  bool operator==(const NetDevice&) const = default;
};

struct TimeOffset {
  std::int64_t secs = 0;
  std::uint32_t nanosecs = 0;
  bool operator==(const TimeOffset&) const = default;
};

struct IntelRdt {
  std::string clos_id{};
  std::vector<std::string> schemata{};
  std::string l3_cache_schema{};
  std::string mem_bw_schema{};
  bool enable_monitoring = false;
  bool operator==(const IntelRdt&) const = default;
};

enum class MemoryPolicyMode : std::uint8_t {  // <linux/mempolicy.h>
  kDefault = 0,
  kPreferred = 1,
  kBind = 2,
  kInterleave = 3,
  kLocal = 4,
  kPreferredMany = 5,
  kWeightedInterleave = 6,
};

enum class MemoryPolicyFlag : std::uint16_t {
  kNumaBalancing = 1U << 13,
  kRelativeNodes = 1U << 14,
  kStaticNodes = 1U << 15,
};

struct MemoryPolicy {
  MemoryPolicyMode mode = MemoryPolicyMode::kDefault;
  std::string nodes{};  // "0-3,7"
  std::vector<MemoryPolicyFlag> flags{};
  bool operator==(const MemoryPolicy&) const = default;
};

enum class PersonalityDomain : std::uint32_t { kLinux = 0x0000, kLinux32 = 0x0008 };

struct Personality {
  PersonalityDomain domain = PersonalityDomain::kLinux;
  std::vector<std::string> flags{};  // the spec knows none: validate() refuses any
  bool operator==(const Personality&) const = default;
};

// `recursive` is the r-prefix, which the spec lacks and containerd sends.
enum class Propagation : std::uint8_t { kShared, kSlave, kPrivate, kUnbindable };
struct RootfsPropagation {
  Propagation kind = Propagation::kPrivate;
  bool recursive = false;
  bool operator==(const RootfsPropagation&) const = default;
};

struct Linux {
  std::vector<IdMapping> uid_mappings{};
  std::vector<IdMapping> gid_mappings{};
  std::map<std::string, std::string> sysctl{};
  std::optional<Resources> resources{};  // absent: touch no limit
  std::string cgroups_path{};            // empty: absent
  std::vector<Namespace> namespaces{};
  std::vector<Device> devices{};
  std::map<std::string, NetDevice> net_devices{};
  std::optional<Seccomp> seccomp{};
  std::optional<RootfsPropagation> rootfs_propagation{};
  std::vector<std::string> masked_paths{};
  std::vector<std::string> readonly_paths{};
  std::string mount_label{};
  std::optional<IntelRdt> intel_rdt{};
  std::optional<MemoryPolicy> memory_policy{};
  std::optional<Personality> personality{};
  std::map<std::string, TimeOffset> time_offsets{};  // "monotonic", "boottime"
  bool operator==(const Linux&) const = default;
};

}  // namespace rt::spec

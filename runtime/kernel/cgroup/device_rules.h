// SPDX-License-Identifier: Apache-2.0
//
// linux.resources.devices as decisions. Pure. One meaning on both cgroup versions: for each of
// read, write and mknod the last rule that matches the device decides, and where none does, it is
// refused (GHSA-g54h-m393-cpwq: an absent list must not mean "everything").
// A rule of type 'a' covers both types; unlike the v1 file it keeps its numbers and access.
// Rules: runtime-spec config-linux.md "Allowed Device list"; kernel admin-guide
// cgroup-v1/devices; RD-01 to RD-08.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/kernel/cgroup/writes.h"
#include "spec/resources.h"

namespace rt {

// Bits as the kernel's BPF_DEVCG_ACC_*.
inline constexpr std::uint8_t kDeviceMknod = 1;
inline constexpr std::uint8_t kDeviceRead = 2;
inline constexpr std::uint8_t kDeviceWrite = 4;
inline constexpr std::uint8_t kDeviceAll = kDeviceMknod | kDeviceRead | kDeviceWrite;

struct DevicePolicyRule {
  bool allow = false;
  spec::DeviceRuleType type = spec::DeviceRuleType::kAll;
  std::uint8_t access = kDeviceAll;
  std::optional<std::uint32_t> major{};  // absent: every number
  std::optional<std::uint32_t> minor{};

  [[nodiscard]] bool is_everything() const noexcept {
    return type == spec::DeviceRuleType::kAll && !major && !minor && access == kDeviceAll;
  }
  [[nodiscard]] bool has_minor() const noexcept { return minor.has_value(); }
  bool operator==(const DevicePolicyRule&) const = default;
};
using DevicePolicy = std::vector<DevicePolicyRule>;  // in order; nothing matches: refused

// The document's rules followed by those for the devices every container has (RD-08): mknod of
// anything; null, zero, full, random, urandom, tty, ptmx, pts, tun.
DevicePolicy device_policy(const std::vector<spec::DeviceRule>& rules);

// The policy for cgroup v1: deny everything, then the allow lines. Throws Error(kUnsupported)
// where v1 cannot express it (a denial that cuts a hole into a wider permission): the kernel
// would ignore such a line without a word.
CgroupWrites to_v1_device_writes(const DevicePolicy& policy);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// `linux.resources`: cgroup limits as the document gives them, v1 words included. It is also the
// document of `rt update --resources`. Conversion to v2 files is kernel/cgroup's business.
// Absent, unlimited and zero are three things: optional, Unlimited, 0.
// Source: runtime-spec 1.3, config-linux.md "Control groups" and below.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rt::spec {

struct Unlimited {
  bool operator==(const Unlimited&) const = default;
};
using Limit = std::variant<Unlimited, std::uint64_t>;  // -1 in the document is Unlimited

enum class DeviceRuleType : char { kAll = 'a', kChar = 'c', kBlock = 'b' };

struct DeviceRule {
  bool allow = false;
  DeviceRuleType type = DeviceRuleType::kAll;
  std::optional<std::int64_t> major{};  // absent and -1: every number
  std::optional<std::int64_t> minor{};
  std::string access{};  // letters of "rwm"
  bool operator==(const DeviceRule&) const = default;
};

struct Memory {  // bytes
  std::optional<Limit> limit{};
  std::optional<Limit> reservation{};
  std::optional<Limit> swap{};  // memory plus swap
  std::optional<Limit> kernel{};
  std::optional<Limit> kernel_tcp{};
  std::optional<std::uint64_t> swappiness{};  // 0..100
  std::optional<bool> disable_oom_killer{};
  std::optional<bool> use_hierarchy{};
  std::optional<bool> check_before_update{};
  bool operator==(const Memory&) const = default;
};

struct Cpu {                              // times in microseconds
  std::optional<std::uint64_t> shares{};  // 0: not set
  std::optional<Limit> quota{};           // any negative: Unlimited; 0: not set
  std::optional<std::uint64_t> burst{};
  std::optional<std::uint64_t> period{};  // 0: not set
  std::optional<std::int64_t> realtime_runtime{};
  std::optional<std::uint64_t> realtime_period{};
  std::string cpus{};  // "0-3,7"; empty: absent
  std::string mems{};
  std::optional<std::int64_t> idle{};  // 0 or 1
  bool operator==(const Cpu&) const = default;
};

struct Pids {
  std::optional<Limit> limit{};  // any negative: Unlimited; 0 is a real limit
  bool operator==(const Pids&) const = default;
};

struct WeightDevice {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::optional<std::uint16_t> weight{};
  std::optional<std::uint16_t> leaf_weight{};
  bool operator==(const WeightDevice&) const = default;
};

struct ThrottleDevice {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::uint64_t rate = 0;  // bytes or operations a second
  bool operator==(const ThrottleDevice&) const = default;
};

struct BlockIo {
  std::optional<std::uint16_t> weight{};  // 0: not set
  std::optional<std::uint16_t> leaf_weight{};
  std::vector<WeightDevice> weight_device{};
  std::vector<ThrottleDevice> throttle_read_bps_device{};
  std::vector<ThrottleDevice> throttle_write_bps_device{};
  std::vector<ThrottleDevice> throttle_read_iops_device{};
  std::vector<ThrottleDevice> throttle_write_iops_device{};
  bool operator==(const BlockIo&) const = default;
};

struct HugepageLimit {
  std::string page_size{};  // "2MB"
  std::uint64_t limit = 0;  // bytes
  bool operator==(const HugepageLimit&) const = default;
};

struct InterfacePriority {
  std::string name{};
  std::uint32_t priority = 0;
  bool operator==(const InterfacePriority&) const = default;
};

struct Network {
  std::optional<std::uint32_t> class_id{};
  std::vector<InterfacePriority> priorities{};
  bool operator==(const Network&) const = default;
};

struct Rdma {
  std::optional<std::uint32_t> hca_handles{};
  std::optional<std::uint32_t> hca_objects{};
  bool operator==(const Rdma&) const = default;
};

struct Resources {
  std::vector<DeviceRule> devices{};  // in order; a later rule overrides
  std::optional<Memory> memory{};
  std::optional<Cpu> cpu{};
  std::optional<Pids> pids{};
  std::optional<BlockIo> block_io{};
  std::vector<HugepageLimit> hugepage_limits{};
  std::optional<Network> network{};
  std::map<std::string, Rdma> rdma{};
  std::map<std::string, std::string> unified{};  // v2 file name -> value
  bool operator==(const Resources&) const = default;
};

}  // namespace rt::spec

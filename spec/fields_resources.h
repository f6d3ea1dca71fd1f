// SPDX-License-Identifier: Apache-2.0
//
// Field tables of resources.h.
// Rows stand in the order of the spec; the order is also that of the written document.
#pragma once

#include "spec/fields.h"
#include "spec/resources.h"

namespace rt::spec {

template <>
struct Fields<DeviceRule> {
  static constexpr auto list =
      std::tuple(required("allow", &DeviceRule::allow), optional("type", &DeviceRule::type),
                 optional("major", &DeviceRule::major), optional("minor", &DeviceRule::minor),
                 optional("access", &DeviceRule::access));
};

template <>
struct Fields<Memory> {
  static constexpr auto list = std::tuple(
      optional("limit", &Memory::limit), optional("reservation", &Memory::reservation),
      optional("swap", &Memory::swap), optional("kernel", &Memory::kernel),
      optional("kernelTCP", &Memory::kernel_tcp), optional("swappiness", &Memory::swappiness),
      optional("disableOOMKiller", &Memory::disable_oom_killer),
      optional("useHierarchy", &Memory::use_hierarchy),
      optional("checkBeforeUpdate", &Memory::check_before_update));
};

template <>
struct Fields<Cpu> {
  static constexpr auto list =
      std::tuple(optional("shares", &Cpu::shares), optional<AnyNegative>("quota", &Cpu::quota),
                 optional("burst", &Cpu::burst), optional("period", &Cpu::period),
                 optional("realtimeRuntime", &Cpu::realtime_runtime),
                 optional("realtimePeriod", &Cpu::realtime_period), optional("cpus", &Cpu::cpus),
                 optional("mems", &Cpu::mems), optional("idle", &Cpu::idle));
};

template <>
struct Fields<Pids> {
  static constexpr auto list = std::tuple(optional<AnyNegative>("limit", &Pids::limit));
};

template <>
struct Fields<WeightDevice> {
  static constexpr auto list =
      std::tuple(required("major", &WeightDevice::major), required("minor", &WeightDevice::minor),
                 optional("weight", &WeightDevice::weight),
                 optional("leafWeight", &WeightDevice::leaf_weight));
};

template <>
struct Fields<ThrottleDevice> {
  static constexpr auto list = std::tuple(required("major", &ThrottleDevice::major),
                                          required("minor", &ThrottleDevice::minor),
                                          required("rate", &ThrottleDevice::rate));
};

template <>
struct Fields<BlockIo> {
  static constexpr auto list = std::tuple(
      optional("weight", &BlockIo::weight), optional("leafWeight", &BlockIo::leaf_weight),
      optional("weightDevice", &BlockIo::weight_device),
      optional("throttleReadBpsDevice", &BlockIo::throttle_read_bps_device),
      optional("throttleWriteBpsDevice", &BlockIo::throttle_write_bps_device),
      optional("throttleReadIOPSDevice", &BlockIo::throttle_read_iops_device),
      optional("throttleWriteIOPSDevice", &BlockIo::throttle_write_iops_device));
};

template <>
struct Fields<HugepageLimit> {
  static constexpr auto list = std::tuple(required("pageSize", &HugepageLimit::page_size),
                                          required("limit", &HugepageLimit::limit));
};

template <>
struct Fields<InterfacePriority> {
  static constexpr auto list = std::tuple(required("name", &InterfacePriority::name),
                                          required("priority", &InterfacePriority::priority));
};

template <>
struct Fields<Network> {
  static constexpr auto list = std::tuple(optional("classID", &Network::class_id),
                                          optional("priorities", &Network::priorities));
};

template <>
struct Fields<Rdma> {
  static constexpr auto list = std::tuple(optional("hcaHandles", &Rdma::hca_handles),
                                          optional("hcaObjects", &Rdma::hca_objects));
};

template <>
struct Fields<Resources> {
  static constexpr auto list =
      std::tuple(optional("devices", &Resources::devices), optional("memory", &Resources::memory),
                 optional("cpu", &Resources::cpu), optional("pids", &Resources::pids),
                 optional("blockIO", &Resources::block_io),
                 optional("hugepageLimits", &Resources::hugepage_limits),
                 optional("network", &Resources::network), optional("rdma", &Resources::rdma),
                 optional("unified", &Resources::unified));
};

}  // namespace rt::spec

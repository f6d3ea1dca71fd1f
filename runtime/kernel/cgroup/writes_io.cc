// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/writes_io.h"

#include <string>

#include "runtime/kernel/cgroup/limits.h"

namespace rt {
namespace {

using OnRefusal = CgroupWrite::OnRefusal;

struct Throttle {
  std::vector<spec::ThrottleDevice> spec::BlockIo::*devices;
  const char* file_v1;
  const char* key_v2;
};
constexpr Throttle kThrottles[] = {
    {&spec::BlockIo::throttle_read_bps_device, "blkio.throttle.read_bps_device", "rbps"},
    {&spec::BlockIo::throttle_write_bps_device, "blkio.throttle.write_bps_device", "wbps"},
    {&spec::BlockIo::throttle_read_iops_device, "blkio.throttle.read_iops_device", "riops"},
    {&spec::BlockIo::throttle_write_iops_device, "blkio.throttle.write_iops_device", "wiops"},
};

template <class Device>
std::string number_of_device(const Device& device) {
  return std::to_string(device.major) + ":" + std::to_string(device.minor) + " ";
}

bool is_set(const std::optional<std::uint16_t>& weight) noexcept {
  return weight.value_or(0) != 0;
}

// `device` is "MAJ:MIN ", or "" for the default of the group. CFQ's files went with kernel 5.0.
void append_v1_weight(std::uint16_t weight, const std::string& device, CgroupWrites& out) {
  const std::string suffix = device.empty() ? "" : "_device";
  const std::string value = device + std::to_string(weight);
  out.push_back({"blkio", "blkio.weight" + suffix, value, OnRefusal::kFail,
                 CgroupWrite::Instead{"blkio.bfq.weight" + suffix, value}});
}

void append_v1_leaf_weight(std::uint16_t weight, const std::string& device, CgroupWrites& out) {
  out.push_back({"blkio", device.empty() ? "blkio.leaf_weight" : "blkio.leaf_weight_device",
                 device + std::to_string(weight)});
}

void append_v2_weight(std::uint16_t weight, const std::string& device, CgroupWrites& out) {
  out.push_back(
      {"io", "io.bfq.weight", device + std::to_string(weight), OnRefusal::kFail,
       CgroupWrite::Instead{"io.weight", device + std::to_string(io_weight_from_blkio(weight))}});
}

}  // namespace

void append_v1_blkio(const spec::BlockIo& io, CgroupWrites& out) {
  if (is_set(io.weight)) append_v1_weight(*io.weight, {}, out);
  if (is_set(io.leaf_weight)) append_v1_leaf_weight(*io.leaf_weight, {}, out);
  for (const spec::WeightDevice& one : io.weight_device) {
    const std::string device = number_of_device(one);
    if (is_set(one.weight)) append_v1_weight(*one.weight, device, out);
    if (is_set(one.leaf_weight)) append_v1_leaf_weight(*one.leaf_weight, device, out);
  }
  for (const Throttle& throttle : kThrottles) {
    for (const spec::ThrottleDevice& one : io.*throttle.devices) {
      out.push_back({"blkio", throttle.file_v1, number_of_device(one) + std::to_string(one.rate)});
    }
  }
}

void append_v2_io(const spec::BlockIo& io, CgroupWrites& out) {
  if (is_set(io.leaf_weight)) refuse_resource("/blockIO/leafWeight", kNotOnV2);
  if (is_set(io.weight)) append_v2_weight(*io.weight, {}, out);
  for (std::size_t i = 0; i < io.weight_device.size(); ++i) {
    const spec::WeightDevice& one = io.weight_device[i];
    if (is_set(one.leaf_weight)) {
      refuse_resource("/blockIO/weightDevice/" + std::to_string(i) + "/leafWeight", kNotOnV2);
    }
    if (is_set(one.weight)) append_v2_weight(*one.weight, number_of_device(one), out);
  }
  for (const Throttle& throttle : kThrottles) {
    for (const spec::ThrottleDevice& one : io.*throttle.devices) {
      // RB-09: the kernel refuses 0 here.
      const std::string rate = one.rate == 0 ? "max" : std::to_string(one.rate);
      out.push_back({"io", "io.max", number_of_device(one) + throttle.key_v2 + "=" + rate});
    }
  }
}

std::uint64_t io_weight_from_blkio(std::uint16_t weight) noexcept {
  // CV-41: the line through (10, 1) and (1000, 10000).
  return weight <= 10 ? 1 : 1 + (weight - std::uint64_t{10}) * 9999 / 990;
}

}  // namespace rt

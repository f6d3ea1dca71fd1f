// SPDX-License-Identifier: Apache-2.0
//
// linux.devices and the default ones to steps: which rt-init makes itself, and which it gets from
// the host, bound.
#include <linux/capability.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "runtime/base/text.h"
#include "runtime/container/make_plan.h"
#include "spec/defaults.h"

namespace rt {
namespace {

std::uint32_t to_mode(spec::DeviceType type) {
  switch (type) {
    case spec::DeviceType::kBlock:
      return S_IFBLK;
    case spec::DeviceType::kFifo:
      return S_IFIFO;
    case spec::DeviceType::kChar:
    case spec::DeviceType::kUnbuffered:
      break;
  }
  return S_IFCHR;
}

DeviceStep to_step(const spec::Device& device, std::size_t index) {
  return {.path = clean_absolute(device.path),
          .type = to_mode(device.type),
          .mode = device.file_mode.value_or(0666) & 07777U,
          .major = static_cast<std::uint32_t>(device.major.value_or(0)),
          .minor = static_cast<std::uint32_t>(device.minor.value_or(0)),
          .uid = device.uid,
          .gid = device.gid,
          .origin = "/linux/devices/" + std::to_string(index)};
}

// Of several at one path the last counts: a configured device replaces the default (DEF-19).
void keep_last_of_each_path(std::vector<DeviceStep>& steps) {
  std::set<std::string> seen;
  const auto new_end = std::remove_if(steps.rbegin(), steps.rend(), [&](const DeviceStep& step) {
    return !seen.insert(step.path).second;
  });
  steps.erase(steps.begin(), new_end.base());
}

}  // namespace

void plan_devices(const spec::Config& config, const HostFacts& host, ContainerPlan& plan) {
  std::vector<DeviceStep> steps;
  for (const spec::DefaultDevice& one : spec::default_devices()) {
    if (plan.init.dev_is_ours == 0) break;
    steps.push_back({.path = one.path,
                     .type = S_IFCHR,
                     .mode = spec::kDefaultDeviceMode,
                     .major = one.major,
                     .minor = one.minor,
                     .origin = "default device"});
  }
  if (config.linux_) {
    const auto& devices = config.linux_->devices;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      DeviceStep step = to_step(devices[i], i);
      // What is bound over /dev must have them; it is not ours to write to.
      if (plan.init.dev_is_ours != 0 || !step.path.starts_with("/dev/"))
        steps.push_back(std::move(step));
    }
  }
  keep_last_of_each_path(steps);
  const bool may_mknod = (host.capabilities.permitted & (std::uint64_t{1} << CAP_MKNOD)) != 0;
  const bool no_mknod = host.in_user_namespace || plan.user_namespace || !may_mknod;
  for (DeviceStep& step : steps) {
    if (no_mknod && step.type != S_IFIFO) {
      step.bind = 1;
      plan.trees.push_back(
          {.source = step.path, .origin = step.origin, .device = true, .device_step = step});
    }
  }
  plan.init.devices = std::move(steps);
}

}  // namespace rt

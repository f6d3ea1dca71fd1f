// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/plan.h"

#include "runtime/kernel/cgroup/device_rules.h"
#include "runtime/kernel/cgroup/devices_bpf.h"

namespace rt {

CgroupPlan to_cgroup_plan(const CgroupHost& host, std::string_view cgroups_path,
                          std::string_view id, const std::optional<spec::Resources>& resources) {
  CgroupPlan plan{.places = place_cgroup(host, cgroups_path, id)};
  if (resources) plan.writes = to_cgroup_writes(*resources, host);
  const DevicePolicy policy =
      device_policy(resources ? resources->devices : std::vector<spec::DeviceRule>{});
  switch (host.version_of("devices")) {
    case CgroupVersion::kV1: {
      const CgroupWrites lines = to_v1_device_writes(policy);
      plan.writes.insert(plan.writes.end(), lines.begin(), lines.end());
      break;
    }
    case CgroupVersion::kV2:
      plan.device_program = to_device_program(policy);
      break;
    case CgroupVersion::kNone:
      break;
  }
  return plan;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/plan.h"

#include "runtime/kernel/cgroup/device_rules.h"
#include "runtime/kernel/cgroup/devices_bpf.h"

namespace rt {

CgroupPlan to_cgroup_plan(const CgroupHost& host, std::string_view cgroups_path,
                          std::string_view id, const std::optional<spec::Resources>& resources,
                          DeviceControl control) {
  CgroupPlan plan{.places = place_cgroup(host, cgroups_path, id)};
  if (resources) plan.writes = to_cgroup_writes(*resources, host);
  if (control == DeviceControl::kNo) return plan;
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

CgroupPlan to_systemd_plan(const CgroupHost& host, const SystemdFacts& systemd,
                           const UnitRequest& request,
                           const std::optional<spec::Resources>& resources, DeviceControl control) {
  const UnitName name = to_unit_name(request.cgroups_path, request.id, systemd.manager);
  CgroupPlan plan = to_cgroup_plan(host, "/" + systemd.own_cgroup + "/" + name.path(), request.id,
                                   resources, control);
  round_quotas(plan.writes);
  const UnitProperties own = merged(to_unit_properties(name, request.id, host.version_of("memory")),
                                    to_oom_properties(plan.writes));
  plan.unit = UnitPlan{.name = name,
                       .manager = systemd.manager,
                       .properties = merged(own, to_annotated_properties(request.annotations)),
                       .limits = to_unit_limits(plan.writes)};
  return plan;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// Everything that the document decides about a container's cgroup, as one value. Pure.
#pragma once

#include <linux/bpf.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/kernel/cgroup/hierarchy.h"
#include "runtime/kernel/cgroup/unit_name.h"
#include "runtime/kernel/cgroup/unit_properties.h"
#include "runtime/kernel/cgroup/writes.h"
#include "spec/resources.h"

namespace rt {

// What systemd is asked for, where it makes the cgroup.
struct UnitPlan {
  UnitName name{};
  SystemdManager manager = SystemdManager::kSystem;
  UnitProperties properties{};
  UnitProperties limits{};

  [[nodiscard]] UnitPlace place() const { return {name.unit, manager}; }
};

// The systemd that this host has for us.
struct SystemdFacts {
  SystemdManager manager = SystemdManager::kSystem;
  std::string own_cgroup{};  // its units are below
};

struct CgroupPlan {
  std::optional<UnitPlan> unit{};
  CgroupPlaces places{};
  CgroupWrites writes{};                   // limits; the device lines too where v1 has devices
  std::vector<bpf_insn> device_program{};  // for attach_device_program; empty: v1, or no cgroup
};

// Absent resources: no limit is written (CG-08); the device policy holds all the same. kNo: the
// caller is not privileged to control devices (RD-09).
enum class DeviceControl : bool { kNo, kYes };
CgroupPlan to_cgroup_plan(const CgroupHost& host, std::string_view cgroups_path,
                          std::string_view id, const std::optional<spec::Resources>& resources,
                          DeviceControl control = DeviceControl::kYes);

// The same with systemd as the maker: cgroupsPath is slice:prefix:name, annotations may add
// properties of the unit, and quotas are those that systemd can keep.
struct UnitRequest {
  std::string_view cgroups_path;
  std::string_view id;
  const spec::Annotations& annotations;
};
CgroupPlan to_systemd_plan(const CgroupHost& host, const SystemdFacts& systemd,
                           const UnitRequest& request,
                           const std::optional<spec::Resources>& resources,
                           DeviceControl control = DeviceControl::kYes);

}  // namespace rt

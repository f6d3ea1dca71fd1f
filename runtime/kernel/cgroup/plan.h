// SPDX-License-Identifier: Apache-2.0
//
// Everything that the document decides about a container's cgroup, as one value. Pure.
#pragma once

#include <linux/bpf.h>

#include <optional>
#include <string_view>
#include <vector>

#include "runtime/kernel/cgroup/hierarchy.h"
#include "runtime/kernel/cgroup/writes.h"
#include "spec/resources.h"

namespace rt {

struct CgroupPlan {
  CgroupPlaces places{};
  CgroupWrites writes{};                   // limits; the device lines too where v1 has devices
  std::vector<bpf_insn> device_program{};  // for attach_device_program; empty: v1, or no cgroup
};

// Absent resources: no limit is written (CG-08); the device policy holds all the same.
CgroupPlan to_cgroup_plan(const CgroupHost& host, std::string_view cgroups_path,
                          std::string_view id, const std::optional<spec::Resources>& resources);

}  // namespace rt

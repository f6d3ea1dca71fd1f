// SPDX-License-Identifier: Apache-2.0
//
// `exec --cgroup`: where below the container's cgroup a further process goes. Pure; whether the
// cgroup is there is for the caller to see. Rule: runc exec(8), --cgroup.
#pragma once

#include <string>
#include <vector>

#include "runtime/kernel/cgroup/hierarchy.h"

namespace rt {

// Each wish is "PATH", for every hierarchy and then the only one, or "CONTROLLER[,CONTROLLER]:PATH"
// for v1 hierarchies; a hierarchy that no wish names stays as it is. PATH is relative to the
// container's cgroup, also when it begins with '/'.
// Throws Error(kUsage) for a wish that cannot be read, names a controller that no v1 hierarchy has,
// or leads out of the container's cgroup.
CgroupPlaces sub_cgroups(CgroupPlaces places, const std::vector<std::string>& wishes);

}  // namespace rt

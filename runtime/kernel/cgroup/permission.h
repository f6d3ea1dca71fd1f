// SPDX-License-Identifier: Apache-2.0
//
// What a caller without privileges may do in the hierarchies: as a rule nothing, but below a cgroup
// that was delegated to it everything. Asks with access(2), changes nothing.
// Rule: kernel admin-guide cgroup-v2 "Delegation Containment".
#pragma once

#include <cstddef>
#include <vector>

#include "runtime/kernel/cgroup/hierarchy.h"

namespace rt {

// Indexes of the places where this process cannot make the cgroup or move a process of its own into
// it. `places` follow host.hierarchies one to one.
std::vector<std::size_t> closed_cgroups(const CgroupHost& host, const CgroupPlaces& places);

}  // namespace rt

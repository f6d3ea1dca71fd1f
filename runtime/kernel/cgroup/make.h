// SPDX-License-Identifier: Apache-2.0
//
// Making the directories of one cgroup. Used by Cgroup::create only.
// Rules: kernel admin-guide cgroup-v2 "No Internal Process Constraint", cgroup-v1/cpusets;
// CG-06, CG-09, RC-11, OP-22.
#pragma once

#include "runtime/base/fd.h"
#include "runtime/kernel/cgroup/hierarchy.h"

namespace rt {

// Makes the missing components of place.path and opens the leaf. place.made_levels counts what is
// ours as soon as it exists, so that it is right when this throws, too. Throws
// Error(kCgroupFailed) when the leaf holds processes, is frozen, or cannot hold domain controllers.
// kOurs: its processes are the container's, because systemd has put them there.
enum class Inside : std::uint8_t { kNobody, kOurs };
Fd make_cgroup(CgroupPlace& place, Inside inside = Inside::kNobody);

}  // namespace rt

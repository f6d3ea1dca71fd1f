// SPDX-License-Identifier: Apache-2.0
//
// Why a limit cannot be set in a cgroup v2: its controller has no files there. Only for the text of
// an error: reads, changes nothing. Rules: kernel admin-guide cgroup-v2, "Enabling and Disabling",
// "No Internal Process Constraint"; CG-09.
#pragma once

#include <string>
#include <string_view>

#include "runtime/kernel/cgroup/hierarchy.h"

namespace rt {

// "controller "memory" is not enabled below cgroup "/a", because processes live in it: move them
// into a cgroup below it first". Empty: the controller is enabled for `place`, or it is no
// controller at all
// ("cgroup"). Reads the levels from the root of the hierarchy down.
[[nodiscard]] std::string why_missing(const CgroupPlace& place, std::string_view controller);

}  // namespace rt

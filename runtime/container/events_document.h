// SPDX-License-Identifier: Apache-2.0
//
// The lines of `rt events`, with runc's names: shapes only, no reading.
// Source: cli.md 1B.2; checked against runc 1.1.5 (integration/events.bats).
#pragma once

#include <string>

#include "runtime/kernel/cgroup/stats.h"
#include "runtime/kernel/resctrl_stats.h"

namespace rt {

// One line of JSON each, without the newline.
[[nodiscard]] std::string stats_line(const std::string& id, const CgroupStats& group,
                                     const ResctrlStats& resctrl);
[[nodiscard]] std::string oom_line(const std::string& id);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// linux.resources.hugepageLimits as files of the controller "hugetlb". Pure.
// Reservations are limited where the kernel counts them (5.7), page faults always, as runc does.
// A page size that the host does not have has no file: the writer's error.
// Rules: runtime-spec config-linux.md "Huge page limits"; RH rows, CV-57.
#pragma once

#include <vector>

#include "runtime/kernel/cgroup/writes.h"
#include "spec/resources.h"

namespace rt {

void append_v1_hugetlb(const std::vector<spec::HugepageLimit>& limits, CgroupWrites& out);
void append_v2_hugetlb(const std::vector<spec::HugepageLimit>& limits, CgroupWrites& out);

}  // namespace rt

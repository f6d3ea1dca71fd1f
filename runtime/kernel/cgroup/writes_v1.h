// SPDX-License-Identifier: Apache-2.0
//
// linux.resources as files of cgroup v1 controllers. Pure. Absent properties write nothing; so do
// zeros where runc's callers mean "unset" by them (memory limit, reservation, swap; cpu shares,
// quota, period): decision of section 14.
// Rules: runtime-spec config-linux.md; kernel admin-guide cgroup-v1; RM, RC, RP rows.
#pragma once

#include "runtime/kernel/cgroup/writes.h"
#include "spec/resources.h"

namespace rt {

// Each appends to `out`. Throws Error(kBadConfig) with the JSON Pointer for an impossible value.
void append_v1_memory(const spec::Memory& memory, CgroupWrites& out);
void append_v1_cpu(const spec::Cpu& cpu, CgroupWrites& out);
void append_v1_cpuset(const spec::Cpu& cpu, CgroupWrites& out);
void append_v1_pids(const spec::Pids& pids, CgroupWrites& out);

}  // namespace rt

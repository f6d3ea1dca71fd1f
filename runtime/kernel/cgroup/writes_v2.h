// SPDX-License-Identifier: Apache-2.0
//
// linux.resources as files of cgroup v2 controllers. Pure. A v1 property that v2 cannot express
// is an error, unless its value asks for nothing ("disableOOMKiller": false).
// Rules: runtime-spec config-linux.md ("unified", last paragraph); kernel admin-guide cgroup-v2;
// conversions CV-01 to CV-62.
#pragma once

#include <cstdint>

#include "runtime/kernel/cgroup/writes.h"
#include "spec/resources.h"

namespace rt {

// Each appends to `out`. Throws Error(kBadConfig) with the JSON Pointer.
void append_v2_memory(const spec::Memory& memory, CgroupWrites& out);
void append_v2_cpu(const spec::Cpu& cpu, CgroupWrites& out);
void append_v2_cpuset(const spec::Cpu& cpu, CgroupWrites& out);
void append_v2_pids(const spec::Pids& pids, CgroupWrites& out);

// cpu.shares (2 to 262144) to cpu.weight (1 to 10000), 1024 to exactly 100. `shares` is not 0.
[[nodiscard]] std::uint64_t cpu_weight_from_shares(std::uint64_t shares) noexcept;

}  // namespace rt

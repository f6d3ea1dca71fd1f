// SPDX-License-Identifier: Apache-2.0
//
// On which NUMA nodes the calling process gets its memory; execve and fork keep it. Not for the
// nodes that it may use at all: that is cpuset.mems, which must be in force before, because the
// kernel refuses nodes outside of it (EINVAL).
// Rule: runtime-spec config-linux.md "Memory Policy"; set_mempolicy(2).
#pragma once

#include <cstdint>
#include <vector>

namespace rt {

struct MemoryPolicyPlan {
  std::uint32_t mode = 0;              // MPOL_*, with MPOL_F_*
  std::vector<std::uint64_t> nodes{};  // bit mask, node 0 first; empty: none
};

// Throws ENOSYS on a kernel without NUMA, EINVAL for a mode, flag or node that it does not have.
void set_memory_policy(const MemoryPolicyPlan& plan);

}  // namespace rt

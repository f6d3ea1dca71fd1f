// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/stats.h"

#include "runtime/kernel/cgroup/tree.h"

namespace rt {

std::optional<std::uint64_t> oom_kills(const Cgroup& group) {
  const int dir = group.fd_of("memory");
  if (dir < 0) return {};
  const bool v1 = group.version_of("memory") == CgroupVersion::kV1;
  const auto text = cgroup_tree::read_if_exists(dir, v1 ? "memory.oom_control" : "memory.events");
  if (!text) return {};
  return cgroup_tree::value_of(*text, "oom_kill");
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/stats.h"

#include "runtime/kernel/cgroup/stats_parts.h"
#include "runtime/kernel/cgroup/tree.h"

namespace rt {
namespace {

// cpuacct is a controller of v1 alone: on v2 cpu.stat has it, even where cpu is not enabled.
constexpr StatsReader kReaders[] = {
    {"cpu", stats_parts::cpu_v1, stats_parts::cpu_v2},
    {"cpuacct", stats_parts::cpuacct_v1, nullptr},
    {"cpuset", stats_parts::cpuset_v1, stats_parts::cpuset_v2},
    {"memory", stats_parts::memory_v1, stats_parts::memory_v2},
    {"pids", stats_parts::pids, stats_parts::pids},
    {"blkio", stats_parts::io_v1, stats_parts::io_v2},
    {"hugetlb", stats_parts::hugetlb_v1, stats_parts::hugetlb_v2},
};

}  // namespace

std::span<const StatsReader> stats_readers() noexcept {
  return kReaders;
}

CgroupStats read_stats(const Cgroup& group) {
  CgroupStats out;
  for (const StatsReader& reader : kReaders) {
    const int dir_fd = group.fd_of(reader.controller);
    const bool v1 = group.version_of(reader.controller) == CgroupVersion::kV1;
    const auto read = v1 ? reader.v1 : reader.v2;
    if (dir_fd >= 0 && read != nullptr) read(dir_fd, out);
  }
  return out;
}

}  // namespace rt

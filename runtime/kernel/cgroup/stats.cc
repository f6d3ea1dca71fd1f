// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/stats.h"

#include <fcntl.h>

#include "runtime/base/sys.h"
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

std::optional<std::uint64_t> kills_in(int dir_fd, const char* file) {
  const auto text = cgroup_tree::read_if_exists(dir_fd, file);
  if (!text) return {};
  return cgroup_tree::value_of(*text, "oom_kill");
}

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

std::optional<std::uint64_t> oom_kills(const Cgroup& group) {
  const int dir = group.fd_of("memory");
  if (dir < 0) return {};
  const bool v1 = group.version_of("memory") == CgroupVersion::kV1;
  return kills_in(dir, v1 ? "memory.oom_control" : "memory.events");
}

std::optional<std::uint64_t> oom_kills_above(const Cgroup& group) {
  const int dir = group.fd_of("memory");
  if (dir < 0 || group.version_of("memory") == CgroupVersion::kV1) return {};
  return kills_in(sys::open_at(dir, "..", O_PATH | O_DIRECTORY).get(), "memory.events");
}

}  // namespace rt

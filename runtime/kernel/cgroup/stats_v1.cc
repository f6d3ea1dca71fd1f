// SPDX-License-Identifier: Apache-2.0
//
// Sources: kernel admin-guide cgroup-v1/{cpuacct,cpusets,memory,blkio-controller,hugetlb}.rst.
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/stats_parts.h"
#include "runtime/kernel/cgroup/stats_text.h"
#include "runtime/kernel/cgroup/tree.h"

namespace rt::stats_parts {
namespace {

using namespace stats_text;  // NOLINT: this file is about nothing else

// cpuacct.stat counts in USER_HZ, which is 100 on every architecture that rt is built for.
constexpr std::uint64_t kNanosecondsPerTick = 10'000'000;

// A table of names and numbers that is there in whole or not at all.
std::uint64_t value(const std::map<std::string, std::uint64_t>& table, const char* key) {
  const auto found = table.find(key);
  return found == table.end() ? 0 : found->second;
}

MemoryUsage memory_usage(int dir_fd, const std::string& prefix) {
  MemoryUsage out;
  limit(dir_fd, prefix + "limit_in_bytes", out.limit);
  number(dir_fd, prefix + "usage_in_bytes", out.usage);
  number(dir_fd, prefix + "max_usage_in_bytes", out.max);
  number(dir_fd, prefix + "failcnt", out.failcnt);
  return out;
}

// cpuacct.usage_all: a heading, then "CPU USER SYSTEM" a line.
void percpu_modes(int dir_fd, CpuUsage& out) {
  const std::string file = "cpuacct.usage_all";
  const auto text = cgroup_tree::read_if_exists(dir_fd, file);
  if (!text) return;
  for (const std::string_view line : split_lines(*text)) {
    const auto words = split_blank(line);
    if (words.size() != 3) malformed(file, "three columns", line);
    if (words[0] == "cpu") continue;
    out.percpu_user.push_back(to_number(words[1], file));
    out.percpu_kernel.push_back(to_number(words[2], file));
  }
}

// "8:0 Read 4096" or "8:0 4096" a line; "Total 4096" is the sum over all devices.
IoEntries io_entries(int dir_fd, const std::string& file) {
  IoEntries out;
  const auto text = cgroup_tree::read_if_exists(dir_fd, file);
  if (!text) return out;
  for (const std::string_view line : split_lines(*text)) {
    const auto words = split_blank(line);
    if (words.size() == 2 && words[0] == "Total") continue;
    if (words.size() != 2 && words.size() != 3) malformed(file, "a device and a number", line);
    IoEntry entry{.op = words.size() == 3 ? std::string(words[1]) : std::string(),
                  .value = to_number(words.back(), file)};
    to_device(words[0], file, entry);
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

void cpu_v1(int dir_fd, CgroupStats& out) {
  const auto stat = keyed(dir_fd, "cpu.stat");
  out.cpu.throttling = {.periods = value(stat, "nr_periods"),
                        .throttled_periods = value(stat, "nr_throttled"),
                        .throttled_time = value(stat, "throttled_time")};
}

void cpuacct_v1(int dir_fd, CgroupStats& out) {
  CpuUsage& usage = out.cpu.usage;
  const auto stat = keyed(dir_fd, "cpuacct.stat");
  usage.user = value(stat, "user") * kNanosecondsPerTick;
  usage.kernel = value(stat, "system") * kNanosecondsPerTick;
  number(dir_fd, "cpuacct.usage", usage.total);
  numbers(dir_fd, "cpuacct.usage_percpu", usage.percpu);
  percpu_modes(dir_fd, usage);
}

void cpuset_v1(int dir_fd, CgroupStats& out) {
  struct Flag {
    const char* file;
    std::uint64_t CpusetStats::*member;
  };
  static constexpr Flag kFlags[] = {
      {"cpuset.cpu_exclusive", &CpusetStats::cpu_exclusive},
      {"cpuset.mem_hardwall", &CpusetStats::mem_hardwall},
      {"cpuset.mem_exclusive", &CpusetStats::mem_exclusive},
      {"cpuset.memory_migrate", &CpusetStats::memory_migrate},
      {"cpuset.memory_spread_page", &CpusetStats::memory_spread_page},
      {"cpuset.memory_spread_slab", &CpusetStats::memory_spread_slab},
      {"cpuset.memory_pressure", &CpusetStats::memory_pressure},
      {"cpuset.sched_load_balance", &CpusetStats::sched_load_balance},
  };
  list(dir_fd, "cpuset.cpus", out.cpuset.cpus);
  list(dir_fd, "cpuset.mems", out.cpuset.mems);
  for (const Flag& flag : kFlags) number(dir_fd, flag.file, out.cpuset.*flag.member);
  number(dir_fd, "cpuset.sched_relax_domain_level", out.cpuset.sched_relax_domain_level);
}

void memory_v1(int dir_fd, CgroupStats& out) {
  out.memory.raw = keyed(dir_fd, "memory.stat");
  out.memory.cache = value(out.memory.raw, "cache");
  out.memory.usage = memory_usage(dir_fd, "memory.");
  out.memory.swap = memory_usage(dir_fd, "memory.memsw.");
  out.memory.kernel = memory_usage(dir_fd, "memory.kmem.");
  out.memory.kernel_tcp = memory_usage(dir_fd, "memory.kmem.tcp.");
}

void io_v1(int dir_fd, CgroupStats& out) {
  struct Row {
    const char* file;
    IoEntries IoStats::*member;
  };
  static constexpr Row kRows[] = {
      {"io_service_bytes_recursive", &IoStats::service_bytes},
      {"io_serviced_recursive", &IoStats::serviced},
      {"io_queued_recursive", &IoStats::queued},
      {"io_service_time_recursive", &IoStats::service_time},
      {"io_wait_time_recursive", &IoStats::wait_time},
      {"io_merged_recursive", &IoStats::merged},
      {"time_recursive", &IoStats::time},
      {"sectors_recursive", &IoStats::sectors},
  };
  // Whoever schedules the disk counts: BFQ, CFQ (before kernel 5.0), else the throttling layer.
  for (const std::string prefix : {"blkio.bfq.", "blkio.", "blkio.throttle."}) {
    if (io_entries(dir_fd, prefix + "io_serviced_recursive").empty()) continue;
    for (const Row& row : kRows) out.io.*row.member = io_entries(dir_fd, prefix + row.file);
    return;
  }
}

void hugetlb_v1(int dir_fd, CgroupStats& out) {
  for (const std::string& size : page_sizes(dir_fd, ".usage_in_bytes")) {
    HugetlbStats& one = out.hugetlb[size];
    for (const char* kind : {".", ".rsvd."}) {  // the second, where it is there, wins
      const std::string prefix = "hugetlb." + size + kind;
      number(dir_fd, prefix + "usage_in_bytes", one.usage);
      number(dir_fd, prefix + "max_usage_in_bytes", one.max);
      number(dir_fd, prefix + "failcnt", one.failcnt);
    }
  }
}

void pids(int dir_fd, CgroupStats& out) {
  number(dir_fd, "pids.current", out.pids.current);
  limit(dir_fd, "pids.max", out.pids.limit);
}

}  // namespace rt::stats_parts

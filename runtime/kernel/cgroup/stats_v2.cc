// SPDX-License-Identifier: Apache-2.0
//
// Source: kernel admin-guide cgroup-v2.rst. Where v1 counted otherwise the numbers are brought into
// its meaning, because readers of the shape know no other.
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/stats_parts.h"
#include "runtime/kernel/cgroup/stats_text.h"
#include "runtime/kernel/cgroup/tree.h"

namespace rt::stats_parts {
namespace {

using namespace stats_text;  // NOLINT: this file is about nothing else

constexpr std::uint64_t kNanosecondsPerMicrosecond = 1000;

std::uint64_t event(int dir_fd, const std::string& file, const char* key) {
  const auto text = cgroup_tree::read_if_exists(dir_fd, file);
  return text ? cgroup_tree::value_of(*text, key).value_or(0) : 0;
}

// Memory and swap have a limit each; v1 has one for the sum.
spec::Limit sum(const spec::Limit& left, const spec::Limit& right) {
  const auto* const a = std::get_if<std::uint64_t>(&left);
  const auto* const b = std::get_if<std::uint64_t>(&right);
  if (a == nullptr || b == nullptr) return spec::Unlimited{};
  return *a + *b;
}

}  // namespace

void cpu_v2(int dir_fd, CgroupStats& out) {
  struct Row {
    const char* key;
    std::uint64_t& member;
  };
  const Row rows[] = {
      {"usage_usec", out.cpu.usage.total},
      {"user_usec", out.cpu.usage.user},
      {"system_usec", out.cpu.usage.kernel},
      {"throttled_usec", out.cpu.throttling.throttled_time},
  };
  const auto stat = keyed(dir_fd, "cpu.stat");
  for (const Row& row : rows) {
    const auto found = stat.find(row.key);
    if (found != stat.end()) row.member = found->second * kNanosecondsPerMicrosecond;
  }
  out.cpu.throttling.periods = event(dir_fd, "cpu.stat", "nr_periods");
  out.cpu.throttling.throttled_periods = event(dir_fd, "cpu.stat", "nr_throttled");
  out.cpu.psi = pressure(dir_fd, "cpu.pressure");
}

void cpuset_v2(int dir_fd, CgroupStats& out) {
  list(dir_fd, "cpuset.cpus.effective", out.cpuset.cpus);
  list(dir_fd, "cpuset.mems.effective", out.cpuset.mems);
}

void memory_v2(int dir_fd, CgroupStats& out) {
  MemoryStats& memory = out.memory;
  memory.raw = keyed(dir_fd, "memory.stat");
  if (const auto file = memory.raw.find("file"); file != memory.raw.end()) {
    memory.cache = file->second;
  }
  number(dir_fd, "memory.current", memory.usage.usage);
  number(dir_fd, "memory.peak", memory.usage.max);  // kernel 5.19
  limit(dir_fd, "memory.max", memory.usage.limit);
  memory.usage.failcnt = event(dir_fd, "memory.events", "max");
  memory.psi = pressure(dir_fd, "memory.pressure");
  // Without swap accounting there is no sum either.
  if (!cgroup_tree::read_if_exists(dir_fd, "memory.swap.current")) return;
  MemoryUsage swap;
  number(dir_fd, "memory.swap.current", swap.usage);
  limit(dir_fd, "memory.swap.max", swap.limit);
  memory.swap = {.limit = sum(memory.usage.limit, swap.limit),
                 .usage = memory.usage.usage + swap.usage};
}

void io_v2(int dir_fd, CgroupStats& out) {
  struct Row {
    std::string_view key;
    const char* op;
    IoEntries IoStats::*member;
  };
  static constexpr Row kRows[] = {
      {"rbytes=", "Read", &IoStats::service_bytes},
      {"wbytes=", "Write", &IoStats::service_bytes},
      {"rios=", "Read", &IoStats::serviced},
      {"wios=", "Write", &IoStats::serviced},
  };
  const std::string file = "io.stat";
  out.io.psi = pressure(dir_fd, "io.pressure");
  const auto text = cgroup_tree::read_if_exists(dir_fd, file);
  if (!text) return;
  for (const std::string_view line : split_lines(*text)) {
    IoEntry device;
    for (const std::string_view word : split_blank(line)) {
      // Kernels before 6.6 can print a device without numbers, and the next one behind it.
      if (word.find('=') == std::string_view::npos) to_device(word, file, device);
      for (const Row& row : kRows) {
        if (!word.starts_with(row.key)) continue;
        device.op = row.op;
        device.value = to_number(word.substr(row.key.size()), file);
        (out.io.*row.member).push_back(device);
      }
    }
  }
}

void hugetlb_v2(int dir_fd, CgroupStats& out) {
  for (const std::string& size : page_sizes(dir_fd, ".current")) {
    HugetlbStats& one = out.hugetlb[size];
    const std::string prefix = "hugetlb." + size;
    number(dir_fd, prefix + ".current", one.usage);
    number(dir_fd, prefix + ".rsvd.current", one.usage);  // where it is there, it wins
    one.failcnt = event(dir_fd, prefix + ".events", "max");
  }
}

}  // namespace rt::stats_parts

// SPDX-License-Identifier: Apache-2.0
//
// What a cgroup has used, in one shape for v1 and v2. Read from the files of cgroup directories at
// descriptors, so a fixture tree does as well. A file that is not there leaves its default; one
// that cannot be read as what it should be is Error(kCgroupFailed) with its name.
// Not for limits that are to be set (writes.h), nor for how they are printed.
// Times in nanoseconds, memory in bytes. Rules: kernel admin-guide cgroup-v2, cgroup-v1/*; the
// shape is that of runc's `events` (cli.md 1B.2).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/kernel/cgroup/handle.h"
#include "spec/resources.h"

namespace rt {

// Hundredths of a percent of the time that tasks stood still (Documentation/accounting/psi.rst).
struct PressureLine {
  std::uint64_t avg10 = 0;
  std::uint64_t avg60 = 0;
  std::uint64_t avg300 = 0;
  std::uint64_t total_us = 0;
  bool operator==(const PressureLine&) const = default;
};
struct Pressure {
  PressureLine some{};
  PressureLine full{};
  bool operator==(const Pressure&) const = default;
};

struct CpuUsage {
  std::uint64_t total = 0;
  std::vector<std::uint64_t> percpu{};  // v1 only, as the next two
  std::vector<std::uint64_t> percpu_kernel{};
  std::vector<std::uint64_t> percpu_user{};
  std::uint64_t kernel = 0;
  std::uint64_t user = 0;
  bool operator==(const CpuUsage&) const = default;
};
struct CpuThrottling {
  std::uint64_t periods = 0;
  std::uint64_t throttled_periods = 0;
  std::uint64_t throttled_time = 0;
  bool operator==(const CpuThrottling&) const = default;
};
struct CpuStats {
  CpuUsage usage{};
  CpuThrottling throttling{};
  std::optional<Pressure> psi{};
  bool operator==(const CpuStats&) const = default;
};

// The lists are what processes may use now; the flags are v1's.
struct CpusetStats {
  std::vector<std::uint16_t> cpus{};
  std::uint64_t cpu_exclusive = 0;
  std::vector<std::uint16_t> mems{};
  std::uint64_t mem_hardwall = 0;
  std::uint64_t mem_exclusive = 0;
  std::uint64_t memory_migrate = 0;
  std::uint64_t memory_spread_page = 0;
  std::uint64_t memory_spread_slab = 0;
  std::uint64_t memory_pressure = 0;
  std::uint64_t sched_load_balance = 0;
  std::int64_t sched_relax_domain_level = 0;
  bool operator==(const CpusetStats&) const = default;
};

struct MemoryUsage {
  spec::Limit limit = std::uint64_t{0};  // v1 spells "unlimited" as a number near 2^63
  std::uint64_t usage = 0;
  std::uint64_t max = 0;
  std::uint64_t failcnt = 0;
  bool operator==(const MemoryUsage&) const = default;
};
struct MemoryStats {
  std::uint64_t cache = 0;
  MemoryUsage usage{};
  MemoryUsage swap{};  // memory and swap together, on v2 too
  MemoryUsage kernel{};
  MemoryUsage kernel_tcp{};
  std::map<std::string, std::uint64_t> raw{};  // memory.stat
  std::optional<Pressure> psi{};
  bool operator==(const MemoryStats&) const = default;
};

struct PidsStats {
  std::uint64_t current = 0;
  spec::Limit limit = spec::Unlimited{};
  bool operator==(const PidsStats&) const = default;
};

struct IoEntry {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::string op{};  // "Read", "Write", on v1 also "Sync", "Async", "Discard", "Total"
  std::uint64_t value = 0;
  bool operator==(const IoEntry&) const = default;
};
using IoEntries = std::vector<IoEntry>;
struct IoStats {
  IoEntries service_bytes{};
  IoEntries serviced{};
  IoEntries queued{};
  IoEntries service_time{};
  IoEntries wait_time{};
  IoEntries merged{};
  IoEntries time{};
  IoEntries sectors{};
  std::optional<Pressure> psi{};
  bool operator==(const IoStats&) const = default;
};

struct HugetlbStats {  // of the reservation where the kernel counts it (5.7), else of the usage
  std::uint64_t usage = 0;
  std::uint64_t max = 0;
  std::uint64_t failcnt = 0;
  bool operator==(const HugetlbStats&) const = default;
};

struct CgroupStats {
  CpuStats cpu{};
  CpusetStats cpuset{};
  MemoryStats memory{};
  PidsStats pids{};
  IoStats io{};
  std::map<std::string, HugetlbStats> hugetlb{};  // page size: "2MB"
  bool operator==(const CgroupStats&) const = default;
};

// One controller: fills in its part from the container's directory in that hierarchy.
struct StatsReader {
  const char* controller;
  void (*v1)(int dir_fd, CgroupStats& out);
  void (*v2)(int dir_fd, CgroupStats& out);  // null: v2 has no such controller
};
[[nodiscard]] std::span<const StatsReader> stats_readers() noexcept;

[[nodiscard]] CgroupStats read_stats(const Cgroup& group);

}  // namespace rt

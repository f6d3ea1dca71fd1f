// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/writes_v1.h"

#include <string>

#include "runtime/kernel/cgroup/limits.h"

namespace rt {
namespace {

using OnRefusal = CgroupWrite::OnRefusal;

// The range that the kernel would clamp to without a word (RC-01).
constexpr std::uint64_t kMinShares = 2;
constexpr std::uint64_t kMaxShares = 262144;

void append_limit(const char* file, const std::optional<spec::Limit>& limit, CgroupWrites& out) {
  if (auto value = spelled(limit, "-1")) out.push_back({"memory", file, std::move(*value)});
}

// RM-06, RM-07. Kernel 5.16 stopped limiting kernel memory: the file then refuses, is absent, or
// takes every value and keeps its own.
void append_kernel_memory(const spec::Memory& memory, CgroupWrites& out) {
  const struct {
    const char* file;
    const std::optional<spec::Limit>& limit;
    OnRefusal on_refusal;
  } rows[] = {
      {"memory.kmem.limit_in_bytes", memory.kernel, OnRefusal::kWarnIfGone},
      {"memory.kmem.tcp.limit_in_bytes", memory.kernel_tcp, OnRefusal::kFail},
  };
  for (const auto& row : rows) {
    auto value = spelled(row.limit, "-1");
    if (!value) continue;
    const bool lifts = *value == "-1";
    out.push_back({"memory", row.file, std::move(*value),
                   lifts ? OnRefusal::kIgnoreMissing : row.on_refusal});
  }
}

// RM-04: memsw must never be below the limit. The limit goes first, which is right when both
// shrink; when they grow, the kernel refuses it until memsw has grown.
void append_limit_and_memsw(const spec::Memory& memory, CgroupWrites& out) {
  const auto limit = spelled(memory.limit, "-1");
  auto memsw = spelled(memory.swap, "-1");
  if (!memsw && is_unlimited(memory.limit)) memsw = "-1";  // CV-01: else the limit is refused
  if (limit) {
    out.push_back({"memory", "memory.limit_in_bytes", *limit,
                   memsw ? OnRefusal::kRetryLast : OnRefusal::kFail});
  }
  if (memsw) {
    out.push_back({"memory", "memory.memsw.limit_in_bytes", *memsw,
                   *memsw == "-1" ? OnRefusal::kIgnoreMissing : OnRefusal::kFail});
  }
}

// RC-08: as period and quota, each is refused where the other's old value forbids it.
void append_realtime(const spec::Cpu& cpu, CgroupWrites& out) {
  if (cpu.realtime_period.value_or(0) != 0) {
    out.push_back(
        {"cpu", "cpu.rt_period_us", std::to_string(*cpu.realtime_period), OnRefusal::kRetryLast});
  }
  if (cpu.realtime_runtime.value_or(0) != 0) {
    out.push_back({"cpu", "cpu.rt_runtime_us", std::to_string(*cpu.realtime_runtime)});
  }
}

}  // namespace

void append_v1_memory(const spec::Memory& memory, CgroupWrites& out) {
  append_limit_and_memsw(memory, out);
  append_limit("memory.soft_limit_in_bytes", memory.reservation, out);
  append_kernel_memory(memory, out);
  if (memory.swappiness) {
    out.push_back({"memory", "memory.swappiness", std::to_string(*memory.swappiness)});
  }
  if (memory.use_hierarchy) {
    out.push_back({"memory", "memory.use_hierarchy", *memory.use_hierarchy ? "1" : "0"});
  }
  // RM-09: false leaves the kernel's choice.
  if (memory.disable_oom_killer.value_or(false)) {
    out.push_back({"memory", "memory.oom_control", "1"});
  }
}

void append_v1_cpu(const spec::Cpu& cpu, CgroupWrites& out) {
  append_realtime(cpu, out);
  if (cpu.idle) {
    out.push_back({"cpu", "cpu.idle", std::to_string(*cpu.idle),
                   *cpu.idle == 0 ? OnRefusal::kIgnoreMissing : OnRefusal::kFail});
  }
  const std::uint64_t shares = cpu.shares.value_or(0);
  if (shares != 0 && cpu.idle.value_or(0) != 1) {
    if (shares < kMinShares) {
      refuse_resource("/cpu/shares", "the minimum allowed cpu-shares is 2");
    }
    if (shares > kMaxShares) {
      refuse_resource("/cpu/shares", "the maximum allowed cpu-shares is 262144");
    }
    out.push_back({"cpu", "cpu.shares", std::to_string(shares)});
  }
  // RC-05, RC-06: burst, then period, then quota; what the old values forbid comes again.
  if (cpu.burst) {
    out.push_back({"cpu", "cpu.cfs_burst_us", std::to_string(*cpu.burst),
                   *cpu.burst == 0 ? OnRefusal::kIgnoreMissing : OnRefusal::kRetryLast});
  }
  const auto quota = spelled(cpu.quota, "-1");
  if (cpu.period.value_or(0) != 0) {
    out.push_back({"cpu", "cpu.cfs_period_us", std::to_string(*cpu.period),
                   quota ? OnRefusal::kRetryLast : OnRefusal::kFail});
  }
  if (quota) out.push_back({"cpu", "cpu.cfs_quota_us", *quota});
}

void append_v1_cpuset(const spec::Cpu& cpu, CgroupWrites& out) {
  if (!cpu.cpus.empty()) out.push_back({"cpuset", "cpuset.cpus", cpu.cpus});
  if (!cpu.mems.empty()) out.push_back({"cpuset", "cpuset.mems", cpu.mems});
}

void append_v1_pids(const spec::Pids& pids, CgroupWrites& out) {
  if (!pids.limit) return;
  const auto* number = std::get_if<std::uint64_t>(&*pids.limit);  // RP-01: 0 is a real limit
  out.push_back({"pids", "pids.max", number == nullptr ? "max" : std::to_string(*number)});
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/writes_v2.h"

#include <cmath>
#include <string>

#include "runtime/kernel/cgroup/limits.h"

namespace rt {
namespace {

using OnRefusal = CgroupWrite::OnRefusal;

constexpr std::uint64_t kDefaultPeriodUs = 100000;

// CV-61. Values that ask for nothing are written by managers on every host and pass.
void refuse_what_v2_lacks(const spec::Memory& memory) {
  const struct {
    const char* pointer;
    bool asked;
  } rows[] = {
      {"/memory/kernel", number_of(memory.kernel).has_value()},
      {"/memory/kernelTCP", number_of(memory.kernel_tcp).has_value()},
      {"/memory/swappiness", memory.swappiness.has_value()},
      {"/memory/disableOOMKiller", memory.disable_oom_killer.value_or(false)},
      {"/memory/useHierarchy", !memory.use_hierarchy.value_or(true)},
  };
  for (const auto& row : rows) {
    if (row.asked) refuse_resource(row.pointer, kNotOnV2);
  }
}

// CV-01 to CV-10: v2 counts swap alone, the document memory and swap together.
std::optional<std::string> swap_max(const spec::Memory& memory) {
  const auto limit = number_of(memory.limit);
  const auto both = number_of(memory.swap);
  if (is_unlimited(memory.swap)) return "max";
  if (!both) return is_unlimited(memory.limit) ? std::optional<std::string>("max") : std::nullopt;
  if (is_unlimited(memory.limit)) return std::to_string(*both);
  if (!limit) {
    refuse_resource("/memory/swap", "unable to set swap limit without memory limit");
  }
  return std::to_string(*both - *limit);
}

}  // namespace

void append_v2_memory(const spec::Memory& memory, CgroupWrites& out) {
  refuse_what_v2_lacks(memory);
  if (auto swap = swap_max(memory)) {
    // RM-05: without swap accounting the file is missing; "0" and "max" then hold anyway.
    const bool harmless = *swap == "0" || *swap == "max";
    out.push_back({"memory", "memory.swap.max", std::move(*swap),
                   harmless ? OnRefusal::kIgnoreMissing : OnRefusal::kFail});
  }
  if (auto limit = spelled(memory.limit, "max")) {
    out.push_back({"memory", "memory.max", std::move(*limit)});
  }
  if (auto low = spelled(memory.reservation, "max")) {
    out.push_back({"memory", "memory.low", std::move(*low)});
  }
}

void append_v2_cpu(const spec::Cpu& cpu, CgroupWrites& out) {
  if (cpu.realtime_runtime.value_or(0) != 0) {
    refuse_resource("/cpu/realtimeRuntime", kNotOnV2);
  }
  if (cpu.realtime_period.value_or(0) != 0) {
    refuse_resource("/cpu/realtimePeriod", kNotOnV2);
  }
  if (cpu.idle) {
    out.push_back({"cpu", "cpu.idle", std::to_string(*cpu.idle),
                   *cpu.idle == 0 ? OnRefusal::kIgnoreMissing : OnRefusal::kFail});
  }
  // RC-12: the kernel refuses a weight while cpu.idle is 1.
  if (cpu.shares.value_or(0) != 0 && cpu.idle.value_or(0) != 1) {
    out.push_back({"cpu", "cpu.weight", std::to_string(cpu_weight_from_shares(*cpu.shares))});
  }
  if (cpu.burst) {
    out.push_back({"cpu", "cpu.max.burst", std::to_string(*cpu.burst),
                   *cpu.burst == 0 ? OnRefusal::kIgnoreMissing : OnRefusal::kRetryLast});
  }
  const auto quota = spelled(cpu.quota, "max");
  const std::uint64_t period = cpu.period.value_or(0);
  if (quota || period != 0) {
    out.push_back(
        {"cpu", "cpu.max",
         quota.value_or("max") + " " + std::to_string(period == 0 ? kDefaultPeriodUs : period)});
  }
}

void append_v2_cpuset(const spec::Cpu& cpu, CgroupWrites& out) {
  if (!cpu.cpus.empty()) out.push_back({"cpuset", "cpuset.cpus", cpu.cpus});
  if (!cpu.mems.empty()) out.push_back({"cpuset", "cpuset.mems", cpu.mems});
}

void append_v2_pids(const spec::Pids& pids, CgroupWrites& out) {
  if (!pids.limit) return;
  const auto* number = std::get_if<std::uint64_t>(&*pids.limit);  // RP-01: 0 is a real limit
  out.push_back({"pids", "pids.max", number == nullptr ? "max" : std::to_string(*number)});
}

std::uint64_t cpu_weight_from_shares(std::uint64_t shares) noexcept {
  if (shares <= 2) return 1;
  if (shares >= 262144) return 10000;
  // Section 14.2: a parabola in log2(shares) through (2, 1), (1024, 100), (262144, 10000). The
  // exponent of 1024 is exactly 2 in IEEE doubles; -ffast-math would give 101 (CV-27).
  const double l = std::log2(static_cast<double>(shares));
  const double exponent = (l * l + 125 * l) / 612.0 - 7.0 / 34.0;
  return static_cast<std::uint64_t>(std::ceil(std::pow(10.0, exponent)));
}

}  // namespace rt

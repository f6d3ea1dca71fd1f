// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/limits.h"

#include "runtime/base/error.h"

namespace rt {

bool is_unlimited(const std::optional<spec::Limit>& limit) noexcept {
  return limit && std::holds_alternative<spec::Unlimited>(*limit);
}

std::optional<std::uint64_t> number_of(const std::optional<spec::Limit>& limit) noexcept {
  const auto* number = limit ? std::get_if<std::uint64_t>(&*limit) : nullptr;
  if (number == nullptr || *number == 0) return {};
  return *number;
}

std::optional<std::string> spelled(const std::optional<spec::Limit>& limit,
                                   std::string_view unlimited) {
  if (is_unlimited(limit)) return std::string(unlimited);
  const auto number = number_of(limit);
  return number ? std::optional(std::to_string(*number)) : std::nullopt;
}

void refuse_resource(std::string_view pointer, std::string_view why) {
  const std::string place = "/linux/resources" + std::string(pointer);
  throw Error(Code::kBadConfig, place + ": " + std::string(why), {.pointer = place});
}

void check_swap_is_not_below_limit(const spec::Memory& memory) {
  const auto limit = number_of(memory.limit);
  const auto swap = number_of(memory.swap);
  if (limit && swap && *swap < *limit) {
    refuse_resource("/memory/swap", "memory+swap limit should be >= memory limit");
  }
}

void check_burst_is_not_above_quota(const spec::Cpu& cpu) {
  const auto quota = number_of(cpu.quota);
  if (cpu.burst && quota && *cpu.burst > *quota) {
    refuse_resource("/cpu/burst", "cpu burst is above the cpu quota");
  }
}

void check_swappiness(const spec::Memory& memory) {
  if (memory.swappiness && *memory.swappiness > 100) {
    refuse_resource("/memory/swappiness", "memory swappiness is above 100");
  }
}

}  // namespace rt

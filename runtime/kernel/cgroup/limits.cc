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

}  // namespace rt

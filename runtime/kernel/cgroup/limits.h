// SPDX-License-Identifier: Apache-2.0
//
// What to_v1_writes and to_v2_writes share: how values are spelled and refused. Which values and
// combinations are wrong on either version has been checked before (validate_resources.cc). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "spec/resources.h"

namespace rt {

[[nodiscard]] bool is_unlimited(const std::optional<spec::Limit>& limit) noexcept;
// The number, where there is one and it is not 0; 0 means "unset" (RM-01, CV-04, RC-02).
[[nodiscard]] std::optional<std::uint64_t> number_of(
    const std::optional<spec::Limit>& limit) noexcept;
// "max" or "-1" or the like, or digits. Empty: absent, or 0.
[[nodiscard]] std::optional<std::string> spelled(const std::optional<spec::Limit>& limit,
                                                 std::string_view unlimited);

// GEN-06, RU-05: what cannot be converted is an error.
inline constexpr std::string_view kNotOnV2 = "cgroup v2 has nothing like it";
// Throws Error(kBadConfig) "/linux/resources" + pointer + ": " + why.
[[noreturn]] void refuse_resource(std::string_view pointer, std::string_view why);

}  // namespace rt

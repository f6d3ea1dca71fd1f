// SPDX-License-Identifier: Apache-2.0
//
// What to_v1_writes and to_v2_writes share: how values are spelled and which combinations are
// impossible on either version. Pure.
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

// RM-03, CV-08: memory.swap counts memory as well.
void check_swap_is_not_below_limit(const spec::Memory& memory);
// RC-06: the kernel refuses a burst above a positive quota.
void check_burst_is_not_above_quota(const spec::Cpu& cpu);
// RM-08.
void check_swappiness(const spec::Memory& memory);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// Which Linux security modules that give labels are in force: asked on the host, never inside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rt {

enum class LsmState : std::uint8_t {
  kMissing,   // not in this kernel
  kDisabled,  // in this kernel, not in force; for SELinux the two look the same
  kEnabled,
};

struct Lsms {
  LsmState apparmor = LsmState::kMissing;
  LsmState selinux = LsmState::kMissing;
};

// From /sys/module/apparmor/parameters/enabled ("Y" or "N"; empty: no such file) and from
// /proc/filesystems, which has selinuxfs while SELinux is in force.
[[nodiscard]] Lsms to_lsms(const std::optional<std::string>& apparmor_parameter,
                           std::string_view filesystems);
[[nodiscard]] Lsms find_lsms();

// Throws Error(kUnsupported) that says what is missing, how that was seen, and what to do.
void demand_apparmor(const Lsms& lsms, const std::string& pointer);
void demand_selinux(const Lsms& lsms, const std::string& pointer);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// Which systemd unit a container gets, and where systemd puts it below a hierarchy's root. Pure.
// Rule: runc docs/systemd.md; systemd.slice(5): dashes in the name of a slice are its parents.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rt {

enum class SystemdManager : std::uint8_t { kSystem, kUser };

// What the state record keeps. Empty: systemd has no part in it.
struct UnitPlace {
  std::string unit{};
  SystemdManager manager = SystemdManager::kSystem;
  bool operator==(const UnitPlace&) const = default;
};

struct UnitName {
  std::string unit{};   // "rt-c1.scope"; a slice when the name in cgroupsPath ends in ".slice"
  std::string slice{};  // where it is: "system.slice", "-.slice" for the root

  [[nodiscard]] bool is_slice() const noexcept { return unit.ends_with(".slice"); }
  // "a.slice/a-b.slice/x.scope".
  [[nodiscard]] std::string path() const;
  bool operator==(const UnitName&) const = default;
};

// Where a unit is on the bus: what is neither letter nor digit is "_" and two hexadecimal digits.
std::string object_path(std::string_view unit);

// linux.cgroupsPath is "slice:prefix:name"; empty is ":rt:ID". An empty slice is system.slice, for
// a user's own manager user.slice. Throws Error(kBadConfig) with /linux/cgroupsPath for another
// form, for a slice that is none, and for an empty name.
UnitName to_unit_name(std::string_view cgroups_path, std::string_view id, SystemdManager manager);

}  // namespace rt

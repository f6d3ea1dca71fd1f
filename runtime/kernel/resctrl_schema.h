// SPDX-License-Identifier: Apache-2.0
//
// Schemata of resctrl, compared by what they mean: "L3:1=f;0=0FF" and "    L3:00=ff;1=f" agree.
// Source: kernel Documentation/filesystems/resctrl.rst, "Schemata files".
#pragma once

#include <string_view>

namespace rt {

// Whether each domain that `wanted` names has that value in `existing`, the text of a schemata
// file. False also for what cannot be read, and for a resource or domain that is not there.
[[nodiscard]] bool schema_agrees(std::string_view wanted, std::string_view existing);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// What a control file must be given to be as it was before a write. Pure. For Cgroup::change.
// Rules: the formats of kernel admin-guide cgroup-v2 ("Nested keyed", "Flat keyed") and cgroup-v1.
#pragma once

#include <string>
#include <string_view>

namespace rt {

// `written` is what is about to go into `file`, `content` what can be read from it now. In a file
// with a line for each device only the line of that device is restored; a device that has none is
// given what the kernel understands as "no limit".
[[nodiscard]] std::string value_before(std::string_view file, std::string_view written,
                                       std::string_view content);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// What `rt list` prints, as pure functions.
#pragma once

#include <string>
#include <vector>

#include "runtime/container/verbs.h"

namespace rt::cli {

// ID PID STATUS BUNDLE CREATED OWNER; columns at least 12 wide, 3 blanks between them.
[[nodiscard]] std::string list_table(const std::vector<ContainerView>& views);
// One compact array on one line; "null" when there is nothing, as Go's encoder has it.
[[nodiscard]] std::string list_json(const std::vector<ContainerView>& views);
[[nodiscard]] std::string list_ids(const std::vector<ContainerView>& views);

}  // namespace rt::cli

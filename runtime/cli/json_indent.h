// SPDX-License-Identifier: Apache-2.0
//
// The same JSON, for people: two spaces a level, ": " after names. Takes compact JSON that rt has
// written itself; does not check it.
#pragma once

#include <string>
#include <string_view>

namespace rt::cli {

[[nodiscard]] std::string indent_json(std::string_view compact);  // no newline at the end

}  // namespace rt::cli

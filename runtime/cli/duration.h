// SPDX-License-Identifier: Apache-2.0
//
// Spans of time as Go programs write them: "1m30s", "1.5h", "500ms".
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace rt::cli {

// Perhaps a sign, then numbers, each with an optional fraction and one of ns us µs ms s m h. A
// number without unit is seconds. Empty optional: something else, or more than 292 years.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace rt::cli

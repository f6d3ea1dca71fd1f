// SPDX-License-Identifier: Apache-2.0
//
// Lists of CPUs and memory nodes as the spec writes them: "0-3,7". Blanks around items are fine
// (the schema's pattern allows them).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rt::spec {

struct NumberRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;  // inclusive
  bool operator==(const NumberRange&) const = default;
};

// In the order of the text; {} for a blank text. Empty optional for a syntax error.
[[nodiscard]] std::optional<std::vector<NumberRange>> parse_number_list(std::string_view text);

// The same as a bit mask, number 0 first; {} also for a syntax error, which validate() refuses.
[[nodiscard]] std::vector<std::uint64_t> number_mask(std::string_view text);

}  // namespace rt::spec

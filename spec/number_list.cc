// SPDX-License-Identifier: Apache-2.0
#include "spec/number_list.h"

#include "runtime/base/text.h"

namespace rt::spec {

std::optional<std::vector<NumberRange>> parse_number_list(std::string_view text) {
  std::vector<NumberRange> out;
  if (trim(text).empty()) return out;
  for (const std::string_view item : split(text, ',')) {
    const auto ends = split(item, '-');
    const auto first = parse_number<std::uint32_t>(trim(ends.front()));
    const auto last = parse_number<std::uint32_t>(trim(ends.back()));
    if (ends.size() > 2 || !first || !last || *first > *last) return {};
    out.push_back({*first, *last});
  }
  return out;
}

std::vector<std::uint64_t> number_mask(std::string_view text) {
  std::vector<std::uint64_t> out;
  const auto ranges = parse_number_list(text);
  for (const NumberRange& range : ranges.value_or(std::vector<NumberRange>{})) {
    for (std::size_t number = range.first; number <= range.last; ++number) {
      if (number / 64 >= out.size()) out.resize(number / 64 + 1);
      out[number / 64] |= std::uint64_t{1} << number % 64;
    }
  }
  return out;
}

}  // namespace rt::spec

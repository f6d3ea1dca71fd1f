// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/duration.h"

#include <charconv>
#include <cstdint>

namespace rt::cli {
namespace {

struct Unit {
  std::string_view name;
  double nanoseconds;
};
// A unit that begins like another one stands before it.
constexpr Unit kUnits[] = {
    {"ns", 1},   {"us", 1e3}, {"\u00b5s", 1e3}, {"\u03bcs", 1e3},
    {"ms", 1e6}, {"s", 1e9},  {"m", 60e9},      {"h", 3600e9},
};
constexpr double kSecond = 1e9;
constexpr double kLongest = 9.2e18;  // nanoseconds: what 64 bits hold, nearly

// Takes digits with an optional fraction from the front.
std::optional<double> take_number(std::string_view& text) {
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789."));
  double value = 0;
  const char* const end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value, std::chars_format::fixed);
  if (result.ec != std::errc() || result.ptr != end) return {};
  text.remove_prefix(digits.size());
  return value;
}

std::optional<double> take_unit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.nanoseconds;
  }
  return {};
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  double sum = 0;
  bool first = true;
  do {
    const auto number = take_number(text);
    if (!number) return {};
    const auto unit = text.empty() && first ? kSecond : take_unit(text);
    if (!unit) return {};
    sum += *number * *unit;
    first = false;
  } while (!text.empty());
  if (sum > kLongest) return {};
  return std::chrono::nanoseconds(static_cast<std::int64_t>(negative ? -sum : sum));
}

}  // namespace rt::cli

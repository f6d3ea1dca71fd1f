// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/size.h"

#include <algorithm>
#include <limits>

#include "runtime/base/text.h"

namespace rt::cli {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kUnits = "bkmgtp";  // each is 1024 times the one before

// The binary logarithm of a unit: "" is 0, "MiB" is 20.
std::optional<unsigned> shift_of(std::string_view unit) {
  if (unit.empty()) return 0;
  const std::string word = lower(unit);
  const std::size_t power = kUnits.find(word[0]);
  const std::string_view rest = std::string_view(word).substr(1);
  if (power == std::string_view::npos) return {};
  if (!rest.empty() && (power == 0 || (rest != "b" && rest != "ib"))) return {};
  return static_cast<unsigned>(power * 10);
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const std::size_t whole_end = std::min(text.find_first_not_of(kDigits), text.size());
  const auto whole = parse_number<std::uint64_t>(text.substr(0, whole_end));
  std::string_view rest = text.substr(whole_end);
  std::string_view fraction;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    fraction = rest.substr(0, std::min(rest.find_first_not_of(kDigits), rest.size()));
    rest.remove_prefix(fraction.size());
    if (fraction.empty() || fraction.size() > 9) return {};
  }
  const auto shift = shift_of(rest);
  if (!whole || !shift) return {};
  if (*whole > std::uint64_t{std::numeric_limits<std::int64_t>::max()} >> *shift) return {};
  std::uint64_t part = 0;
  std::uint64_t scale = 1;
  for (const char digit : fraction) {
    part = part * 10 + static_cast<std::uint64_t>(digit - '0');
    scale *= 10;
  }
  // Below 2^50 times 10^9 does not fit: a petabyte's fraction is counted in KiB.
  const unsigned coarse = *shift > 30 ? *shift - 30 : 0;
  return (*whole << *shift) + ((part << (*shift - coarse)) / scale << coarse);
}

}  // namespace rt::cli

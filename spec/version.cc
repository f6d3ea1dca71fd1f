// SPDX-License-Identifier: Apache-2.0
#include "spec/version.h"

#include <algorithm>

#include "runtime/base/text.h"

namespace rt::spec {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_identifier_byte(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

enum class LeadingZero : std::uint8_t { kAllowed, kRefused };

// Dot-separated identifiers of a pre-release (SemVer 9: numbers without leading zero) or build.
bool are_identifiers(std::string_view text, LeadingZero zero) {
  for (const std::string_view part : split(text, '.')) {
    if (part.empty() || !std::all_of(part.begin(), part.end(), is_identifier_byte)) return false;
    const bool number = std::all_of(part.begin(), part.end(), is_digit);
    if (zero == LeadingZero::kRefused && number && part.size() > 1 && part.front() == '0')
      return false;
  }
  return true;
}

// Cuts what follows `mark` off `text`; empty if there is no mark.
std::optional<std::string_view> cut_tail(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view tail = text.substr(at + 1);
  text = text.substr(0, at);
  return tail;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  const auto build = cut_tail(text, '+');
  const auto pre_release = cut_tail(text, '-');
  if (build && !are_identifiers(*build, LeadingZero::kAllowed)) return {};
  if (pre_release && !are_identifiers(*pre_release, LeadingZero::kRefused)) return {};

  const auto parts = split(text, '.');
  if (parts.size() != 3) return {};
  std::uint64_t numbers[3] = {};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto number = parse_number<std::uint64_t>(parts[i]);
    if (!number || (parts[i].size() > 1 && parts[i].front() == '0')) return {};
    numbers[i] = *number;
  }
  return Version{numbers[0], numbers[1], numbers[2]};
}

}  // namespace rt::spec

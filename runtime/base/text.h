// SPDX-License-Identifier: Apache-2.0
//
// Strings without iostream, locale or half-parsed numbers (security rule R14).
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rt {

// Whole string or nothing: no sign for unsigned types, no blank, no trailing byte, in range.
template <class Int>
[[nodiscard]] std::optional<Int> parse_number(std::string_view text, int base = 10) noexcept {
  Int value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
  return value;
}

// The pieces point into `text`: a temporary string is refused.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::vector<std::string_view> split_lines(
    std::string_view text);  // no empty last one
[[nodiscard]] std::vector<std::string_view> split_blank(
    std::string_view text);                                           // runs of space, tab
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;  // spaces and newlines
template <std::same_as<std::string> Temporary>
void split(Temporary&&, char) = delete;
template <std::same_as<std::string> Temporary>
void split_lines(Temporary&&) = delete;
template <std::same_as<std::string> Temporary>
void split_blank(Temporary&&) = delete;
template <std::same_as<std::string> Temporary>
void trim(Temporary&&) = delete;
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
[[nodiscard]] std::string lower(std::string_view text);   // ASCII
[[nodiscard]] std::string quoted(std::string_view text);  // "text", control bytes as \n, \x1b
[[nodiscard]] std::string octal(std::uint64_t value);     // no leading 0

// "/a/./b//c/.." -> "/a/b"; ".." never climbs above the root. Result starts with '/'.
[[nodiscard]] std::string clean_absolute(std::string_view path);

}  // namespace rt

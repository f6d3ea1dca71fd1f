// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/stats_text.h"

#include <array>
#include <limits>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/tree.h"
#include "spec/number_list.h"

namespace rt::stats_text {
namespace {

using cgroup_tree::read_if_exists;

template <class Int>
void read_number(int dir_fd, const std::string& file, Int& out) {
  const auto text = read_if_exists(dir_fd, file);
  if (!text) return;
  const auto value = parse_number<Int>(trim(*text));
  if (!value) malformed(file, "a number", *text);
  out = *value;
}

// "0.12" -> 12. The kernel prints two digits after the point.
std::optional<std::uint64_t> hundredths(std::string_view word) {
  const std::size_t point = word.find('.');
  if (point == std::string_view::npos || word.size() != point + 3) return {};
  const auto whole = parse_number<std::uint32_t>(word.substr(0, point));
  const auto part = parse_number<std::uint32_t>(word.substr(point + 1));
  if (!whole || !part) return {};
  return std::uint64_t{*whole} * 100 + *part;
}

std::optional<PressureLine> pressure_line(const std::vector<std::string_view>& words) {
  PressureLine out;
  const std::array<std::pair<std::string_view, std::uint64_t*>, 3> averages{
      {{"avg10=", &out.avg10}, {"avg60=", &out.avg60}, {"avg300=", &out.avg300}}};
  constexpr std::string_view kTotal = "total=";
  if (words.size() != 5 || !words[4].starts_with(kTotal)) return {};
  for (std::size_t i = 0; i < averages.size(); ++i) {
    const auto& [key, member] = averages[i];
    if (!words[i + 1].starts_with(key)) return {};
    const auto value = hundredths(words[i + 1].substr(key.size()));
    if (!value) return {};
    *member = *value;
  }
  const auto total = parse_number<std::uint64_t>(words[4].substr(kTotal.size()));
  if (!total) return {};
  out.total_us = *total;
  return out;
}

}  // namespace

void malformed(std::string_view file, std::string_view expected, std::string_view found) {
  throw Error(
      Code::kCgroupFailed,
      std::string(file) + ": expected " + std::string(expected) + ", found " + quoted(trim(found)),
      {.path = std::string(file)});
}

void number(int dir_fd, const std::string& file, std::uint64_t& out) {
  read_number(dir_fd, file, out);
}

void number(int dir_fd, const std::string& file, std::int64_t& out) {
  read_number(dir_fd, file, out);
}

void limit(int dir_fd, const std::string& file, spec::Limit& out) {
  const auto text = read_if_exists(dir_fd, file);
  if (!text) return;
  if (trim(*text) == "max") {
    out = spec::Unlimited{};
  } else {
    out = to_number(trim(*text), file);
  }
}

void numbers(int dir_fd, const std::string& file, std::vector<std::uint64_t>& out) {
  const auto text = read_if_exists(dir_fd, file);
  if (!text) return;
  for (const std::string_view word : split_blank(trim(*text))) out.push_back(to_number(word, file));
}

void list(int dir_fd, const std::string& file, std::vector<std::uint16_t>& out) {
  const auto text = read_if_exists(dir_fd, file);
  if (!text) return;
  const auto ranges = spec::parse_number_list(trim(*text));
  if (!ranges) malformed(file, "a list of numbers", *text);
  for (const spec::NumberRange& range : *ranges) {
    if (range.last > std::numeric_limits<std::uint16_t>::max()) {
      malformed(file, "numbers below 65536", *text);
    }
    for (std::uint32_t one = range.first; one <= range.last; ++one) {
      out.push_back(static_cast<std::uint16_t>(one));
    }
  }
}

std::map<std::string, std::uint64_t> keyed(int dir_fd, const std::string& file) {
  std::map<std::string, std::uint64_t> out;
  const auto text = read_if_exists(dir_fd, file);
  if (!text) return out;
  for (const std::string_view line : split_lines(*text)) {
    const auto words = split_blank(line);
    if (words.size() != 2) malformed(file, "a name and a number", line);
    out[std::string(words[0])] = to_number(words[1], file);
  }
  return out;
}

std::optional<Pressure> pressure(int dir_fd, const std::string& file) {
  const auto text = read_if_exists(dir_fd, file);
  if (!text) return {};
  Pressure out;
  for (const std::string_view line : split_lines(*text)) {
    const auto words = split_blank(line);
    const bool some = !words.empty() && words[0] == "some";
    if (!some && (words.empty() || words[0] != "full")) continue;
    const auto values = pressure_line(words);
    if (!values) malformed(file, "averages and a total", line);
    (some ? out.some : out.full) = *values;
  }
  return out;
}

std::uint64_t to_number(std::string_view word, std::string_view file) {
  const auto value = parse_number<std::uint64_t>(word);
  if (!value) malformed(file, "a number", word);
  return *value;
}

void to_device(std::string_view word, std::string_view file, IoEntry& out) {
  const auto numbers = split(word, ':');
  if (numbers.size() != 2) malformed(file, "MAJOR:MINOR", word);
  out.major = to_number(numbers[0], file);
  out.minor = to_number(numbers[1], file);
}

std::vector<std::string> page_sizes(int dir_fd, std::string_view suffix) {
  constexpr std::string_view kPrefix = "hugetlb.";
  std::vector<std::string> out;
  for (const std::string& name : cgroup_tree::files(dir_fd)) {
    if (!name.starts_with(kPrefix) || !name.ends_with(suffix)) continue;
    if (name.size() <= kPrefix.size() + suffix.size()) continue;
    std::string size = name.substr(kPrefix.size(), name.size() - kPrefix.size() - suffix.size());
    if (size.find('.') == std::string::npos) out.push_back(std::move(size));
  }
  return out;
}

}  // namespace rt::stats_text

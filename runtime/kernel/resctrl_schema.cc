// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/resctrl_schema.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "runtime/base/text.h"

namespace rt {
namespace {

using Domains = std::map<std::uint64_t, std::uint64_t>;

// Bandwidth in percent or MB/s is decimal; the rest are bit masks.
std::optional<std::uint64_t> parse_value(std::string_view text, std::string_view resource) {
  if (resource.starts_with("MB") || resource.starts_with("SMBA"))
    return parse_number<std::uint64_t>(text);
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  return parse_number<std::uint64_t>(text, 16);
}

// "L3:0=ff;1=ff"
std::optional<std::pair<std::string, Domains>> parse_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return {};
  std::pair<std::string, Domains> out(std::string(trim(line.substr(0, colon))), Domains());
  for (const std::string_view domain : split(line.substr(colon + 1), ';')) {
    const std::size_t equals = domain.find('=');
    if (equals == domain.npos) return {};
    const auto id = parse_number<std::uint64_t>(trim(domain.substr(0, equals)));
    const auto value = parse_value(trim(domain.substr(equals + 1)), out.first);
    if (!id || !value) return {};
    out.second[*id] = *value;
  }
  return out;
}

bool contains(const Domains& all, const Domains& some) {
  for (const auto& [id, value] : some) {
    const auto found = all.find(id);
    if (found == all.end() || found->second != value) return false;
  }
  return true;
}

}  // namespace

bool schema_agrees(std::string_view wanted, std::string_view existing) {
  std::map<std::string, Domains> there;
  for (const std::string_view line : split_lines(existing)) {
    if (auto one = parse_line(line)) there.insert(std::move(*one));
  }
  for (const std::string_view line : split_lines(wanted)) {
    const auto one = parse_line(line);
    if (!one) return false;
    const auto found = there.find(one->first);
    if (found == there.end() || !contains(found->second, one->second)) return false;
  }
  return true;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/unit_name.h"

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

constexpr std::string_view kSlice = ".slice";
constexpr std::string_view kRootSlice = "-.slice";

[[noreturn]] void refuse(const std::string& why) {
  throw Error(Code::kBadConfig, "/linux/cgroupsPath: " + why, {.pointer = "/linux/cgroupsPath"});
}

// A dash at an end, or two of them, would be a parent without a name.
std::string checked_slice(std::string_view slice) {
  if (slice == "-" || slice == kRootSlice) return std::string(kRootSlice);
  const std::string_view stem =
      slice.substr(0, slice.size() - std::min(slice.size(), kSlice.size()));
  const bool dashes = stem.starts_with('-') || stem.ends_with('-') || stem.find("--") != stem.npos;
  if (!slice.ends_with(kSlice) || stem.empty() || dashes || slice.find('/') != slice.npos) {
    refuse("invalid slice name: " + quoted(slice));
  }
  return std::string(slice);
}

// "a-b.slice" -> "a.slice/a-b.slice/"; the root slice -> "".
std::string expanded(std::string_view slice) {
  if (slice == kRootSlice) return {};
  const std::string_view stem = slice.substr(0, slice.size() - kSlice.size());
  std::string out;
  for (std::size_t dash = stem.find('-');; dash = stem.find('-', dash + 1)) {
    out += std::string(stem.substr(0, dash)) + std::string(kSlice) + "/";
    if (dash == stem.npos) return out;
  }
}

}  // namespace

std::string UnitName::path() const {
  return expanded(slice) + unit;
}

std::string object_path(std::string_view unit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kDigits = kHex.substr(0, 10);
  std::string out = "/org/freedesktop/systemd1/unit/";
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const char c = unit[i];
    const bool digit = kDigits.find(c) != kDigits.npos;
    const char lower = static_cast<char>(c | 0x20);
    if ((lower >= 'a' && lower <= 'z') || (digit && i > 0)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'_', kHex[byte >> 4U], kHex[byte & 0xfU]};
  }
  return out;
}

UnitName to_unit_name(std::string_view cgroups_path, std::string_view id, SystemdManager manager) {
  const std::string text =
      cgroups_path.empty() ? ":rt:" + std::string(id) : std::string(cgroups_path);
  const auto parts = split(text, ':');
  if (parts.size() != 3) {
    refuse("expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got " +
           quoted(text) + " instead");
  }
  const std::string_view fallback =
      manager == SystemdManager::kUser ? "user.slice" : "system.slice";
  const std::string_view prefix = parts[1];
  const std::string_view name = parts[2];
  if (name.empty() || text.find('/') != text.npos) refuse("invalid unit name in " + quoted(text));
  UnitName out{.slice = checked_slice(parts[0].empty() ? fallback : parts[0])};
  if (name.ends_with(kSlice)) {
    out.unit = checked_slice(name);
  } else {
    out.unit = (prefix.empty() ? "" : std::string(prefix) + "-") + std::string(name) + ".scope";
  }
  return out;
}

}  // namespace rt

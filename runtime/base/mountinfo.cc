// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/mountinfo.h"

#include "runtime/base/text.h"

namespace rt {
namespace {

// The kernel writes blank, tab, newline and backslash as three octal digits.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      if (const auto code = parse_number<unsigned char>(text.substr(i + 1, 3), 8)) {
        out.push_back(static_cast<char>(*code));
        i += 3;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

}  // namespace

std::optional<MountInfo> parse_mountinfo_line(std::string_view line) {
  const std::size_t dash = line.find(" - ");  // ends the optional fields
  if (dash == line.npos) return {};
  const auto left = split_blank(line.substr(0, dash));
  const auto right = split_blank(line.substr(dash + 3));
  if (left.size() < 5 || right.size() < 3) return {};
  return MountInfo{.root = unescape(left[3]),
                   .mount_point = unescape(left[4]),
                   .type = right[0],
                   .super_options = split(right[2], ',')};
}

std::optional<std::string> find_mount_point(std::string_view mountinfo, std::string_view type) {
  std::optional<std::string> out;
  for (const std::string_view line : split_lines(mountinfo)) {
    const auto mount = parse_mountinfo_line(line);
    if (mount && mount->type == type && mount->root == "/") out = mount->mount_point;
  }
  return out;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// Lines of /proc/self/mountinfo (proc_pid_mountinfo(5)).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rt {

struct MountInfo {
  std::string root{};  // of the mount, within its filesystem
  std::string mount_point{};
  std::string_view type{};                        // the views point into the line
  std::vector<std::string_view> super_options{};  // of the filesystem, not of the mount
};

std::optional<MountInfo> parse_mountinfo_line(std::string_view line);  // empty: malformed
// Where a filesystem of that type is mounted whole; the last one that was mounted.
std::optional<std::string> find_mount_point(std::string_view mountinfo, std::string_view type);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/hierarchy.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <climits>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/mountinfo.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

constexpr const char* kUsualMount = "/sys/fs/cgroup";

// One line of /proc/self/cgroup: "ID:CONTROLLERS:PATH", CONTROLLERS empty for v2.
struct OwnCgroup {
  std::vector<std::string_view> controllers{};
  std::string_view path{};
};

std::vector<OwnCgroup> parse_own(std::string_view text) {
  std::vector<OwnCgroup> out;
  for (const std::string_view line : split_lines(text)) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string_view list = line.substr(first + 1, second - first - 1);
    OwnCgroup own{.path = line.substr(second + 1)};
    if (!list.empty()) own.controllers = split(list, ',');
    out.push_back(std::move(own));
  }
  return out;
}

std::vector<MountInfo> parse_mounts(std::string_view mountinfo) {
  std::vector<MountInfo> out;
  for (const std::string_view line : split_lines(mountinfo)) {
    if (line.find(" - cgroup") == line.npos) continue;
    auto mount = parse_mountinfo_line(line);
    if (mount && (mount->type == "cgroup" || mount->type == "cgroup2"))
      out.push_back(std::move(*mount));
  }
  return out;
}

bool is_mount_of(const MountInfo& mount, const OwnCgroup& own) {
  const bool unified = mount.type == "cgroup2";
  if (own.controllers.empty()) return unified;
  return !unified && std::find(mount.super_options.begin(), mount.super_options.end(),
                               own.controllers[0]) != mount.super_options.end();
}

// Of several mounts of one hierarchy, the one that shows most of it; the earliest of these.
const MountInfo* mount_of(const std::vector<MountInfo>& mounts, const OwnCgroup& own) {
  const MountInfo* best = nullptr;
  for (const MountInfo& mount : mounts) {
    if (!is_mount_of(mount, own)) continue;
    if (best == nullptr || mount.root.size() < best->root.size()) best = &mount;
  }
  return best;
}

// `path` as seen below a mount whose root is `root`; "" when it is not below it.
std::string below(std::string_view path, std::string_view root) {
  if (path.find("/..") != path.npos) return {};  // outside of our cgroup namespace
  if (root != "/") {
    if (!path.starts_with(root)) return {};
    path.remove_prefix(root.size());
    if (!path.empty() && path.front() != '/') return {};
  }
  return clean_cgroup_path(path);
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? std::string() : path.substr(0, slash);
}

// On v2 a cgroup that holds processes (ours does) cannot have children with controllers.
std::string base_of(const CgroupHierarchy& hierarchy) {
  return hierarchy.version == CgroupVersion::kV2 ? parent_of(hierarchy.own_path)
                                                 : hierarchy.own_path;
}

std::string checked_path(std::string_view wanted) {
  const auto refuse = [&](const char* why) {
    throw Error(Code::kBadConfig, "/linux/cgroupsPath: " + quoted(wanted) + " " + why,
                {.pointer = "/linux/cgroupsPath"});
  };
  if (wanted.find('\0') != wanted.npos) refuse("has a NUL byte");
  std::string path = clean_cgroup_path(wanted);
  if (path.empty()) refuse("is the root of the hierarchy");
  for (const std::string_view part : split(path, '/')) {
    if (part.size() > NAME_MAX) refuse("has too long a component");
  }
  return path;
}

}  // namespace

bool CgroupHost::unified_only() const noexcept {
  return hierarchies.size() == 1 && has_unified();
}

bool CgroupHost::has_unified() const noexcept {
  return !hierarchies.empty() && hierarchies.back().version == CgroupVersion::kV2;
}

CgroupVersion CgroupHost::version_of(std::string_view controller) const noexcept {
  for (const CgroupHierarchy& hierarchy : hierarchies) {
    const auto& list = hierarchy.controllers;
    if (std::find(list.begin(), list.end(), controller) != list.end()) return CgroupVersion::kV1;
  }
  return has_unified() ? CgroupVersion::kV2 : CgroupVersion::kNone;
}

CgroupHost parse_unified(std::string_view own_cgroup, std::string mount_point) {
  CgroupHierarchy unified{.version = CgroupVersion::kV2, .mount_point = std::move(mount_point)};
  for (const OwnCgroup& own : parse_own(own_cgroup)) {
    if (own.controllers.empty()) unified.own_path = below(own.path, "/");
  }
  return {.hierarchies = {std::move(unified)}};
}

CgroupHost parse_cgroups(std::string_view own_cgroup, std::string_view mountinfo) {
  const std::vector<MountInfo> mounts = parse_mounts(mountinfo);
  CgroupHost host;
  for (const OwnCgroup& own : parse_own(own_cgroup)) {
    const MountInfo* mount = mount_of(mounts, own);
    if (mount == nullptr) continue;
    host.hierarchies.push_back({
        .version = mount->type == "cgroup2" ? CgroupVersion::kV2 : CgroupVersion::kV1,
        .controllers = {own.controllers.begin(), own.controllers.end()},
        .mount_point = mount->mount_point,
        .own_path = below(own.path, mount->root),
    });
  }
  std::stable_partition(host.hierarchies.begin(), host.hierarchies.end(),
                        [](const auto& one) { return one.version == CgroupVersion::kV1; });
  return host;
}

CgroupHost find_cgroups(OwnPath own_path) {
  const Context here("find cgroup hierarchies");
  struct statfs info {};
  const bool unified = ::statfs(kUsualMount, &info) == 0 && info.f_type == CGROUP2_SUPER_MAGIC;
  if (unified && own_path == OwnPath::kUnknown) return parse_unified({}, kUsualMount);
  const auto own = read_record_if_exists("/proc/self/cgroup");
  if (!own) throw_errno_value(ENOENT, "open", "/proc/self/cgroup");
  if (unified) return parse_unified(*own, kUsualMount);
  return parse_cgroups(*own, read_file("/proc/self/mountinfo", 16 * kSmallFile));
}

std::string clean_cgroup_path(std::string_view path) {
  const std::string absolute = clean_absolute(path);
  return absolute.substr(1);
}

CgroupPlaces place_cgroup(const CgroupHost& host, std::string_view cgroups_path,
                          std::string_view id) {
  const bool absolute = cgroups_path.starts_with('/');
  const std::string path = checked_path(cgroups_path.empty() ? id : cgroups_path);
  CgroupPlaces places;
  for (const CgroupHierarchy& hierarchy : host.hierarchies) {
    std::string base = absolute ? std::string() : base_of(hierarchy);
    if (!base.empty()) base += '/';
    places.push_back({.version = hierarchy.version,
                      .controllers = hierarchy.controllers,
                      .mount_point = hierarchy.mount_point,
                      .path = base.append(path)});
  }
  return places;
}

}  // namespace rt

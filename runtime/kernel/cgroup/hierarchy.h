// SPDX-License-Identifier: Apache-2.0
//
// Which cgroup hierarchies this process can see, and where in them a container belongs.
// Decided for each controller by where it is mounted, not by one magic number: on a hybrid host
// memory can be on v1 while hugetlb is on v2. The results are plain values; nothing is created
// here (see handle.h).
// Rules: cgroups(7), kernel admin-guide cgroup-v2; runtime-spec config-linux.md, "Cgroups Path".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rt {

enum class CgroupVersion : std::uint8_t { kNone, kV1, kV2 };

// One mounted hierarchy. A v1 hierarchy can hold several controllers ("cpu", "cpuacct") or only a
// name ("name=systemd"); the unified one (v2) has no list here: its controllers differ by level.
struct CgroupHierarchy {
  CgroupVersion version = CgroupVersion::kV1;
  std::vector<std::string> controllers{};  // v1 only, as /proc/self/cgroup spells them
  std::string mount_point{};               // absolute: "/sys/fs/cgroup/memory"
  std::string own_path{};                  // of this process, below the mount: "" or "a/b"

  bool operator==(const CgroupHierarchy&) const = default;
};

// v1 hierarchies in the order of /proc/self/cgroup, the unified one last.
struct CgroupHost {
  std::vector<CgroupHierarchy> hierarchies{};

  // Nothing but v2: one hierarchy, every controller, CLONE_INTO_CGROUP puts a child everywhere.
  [[nodiscard]] bool unified_only() const noexcept;
  [[nodiscard]] bool has_unified() const noexcept;
  // kV1 where a v1 hierarchy has the controller, else kV2 if there is a unified one, else kNone.
  [[nodiscard]] CgroupVersion version_of(std::string_view controller) const noexcept;
};

// Reads the host: statfs and /proc/self/cgroup on a pure v2 host, mountinfo as well elsewhere.
// No cgroup mount at all is an empty list, not an error.
// kUnknown: nobody will ask for own_path, and on a pure v2 host nothing is read for it.
enum class OwnPath : std::uint8_t { kKnown, kUnknown };
CgroupHost find_cgroups(OwnPath own_path = OwnPath::kKnown);

// The same from the texts of /proc/self/cgroup and /proc/self/mountinfo.
CgroupHost parse_cgroups(std::string_view own_cgroup, std::string_view mountinfo);
// The same for a host whose only hierarchy is cgroup2 at `mount_point`.
CgroupHost parse_unified(std::string_view own_cgroup, std::string mount_point);

// One cgroup of a container: `path` below `mount_point`, no leading '/', no "." or "..".
// It is what the state record stores, and all that later verbs need.
struct CgroupPlace {
  CgroupVersion version = CgroupVersion::kV1;
  std::vector<std::string> controllers{};  // v1 only
  std::string mount_point{};
  std::string path{};
  // How many trailing components of `path` did not exist and are ours to remove (OP-19).
  std::uint32_t made_levels = 0;

  bool operator==(const CgroupPlace&) const = default;
};
using CgroupPlaces = std::vector<CgroupPlace>;  // empty: the container has no cgroup

// linux.cgroupsPath to one place per hierarchy, as runc resolves it:
//   "/a/b"  that, below each mount          "a/b"  v1: own/a/b     v2: dirname(own)/a/b
//   ""      v1: own/ID    v2: dirname(own)/ID
// ".." cannot climb above the hierarchy's root. Throws Error(kBadConfig) when nothing is left of
// the path (the root cgroup), or for a NUL byte or a component longer than NAME_MAX.
CgroupPlaces place_cgroup(const CgroupHost& host, std::string_view cgroups_path,
                          std::string_view id);

// "a//./b/../c" -> "a/c"; "../x" -> "x"; "/" -> "".
std::string clean_cgroup_path(std::string_view path);

}  // namespace rt

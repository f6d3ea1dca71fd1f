// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/kernel/cgroup/hierarchy.h"

namespace rt {
namespace {

constexpr std::string_view kHybridOwn =
    "5:devices:/\n"
    "4:memory:/sessions/7\n"
    "3:cpu,cpuacct:/sessions/7\n"
    "1:name=systemd:/user.slice/s.scope\n"
    "0::/user.slice/s.scope\n";
constexpr std::string_view kHybridMounts =
    "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "36 31 0:33 / /sys/fs/cgroup/devices rw,relatime - cgroup cgroup rw,devices\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
    "99 31 0:32 /sessions /odd\\040place/memory rw,relatime - cgroup cgroup rw,memory\n";

std::vector<std::string> paths_of(const CgroupPlaces& places) {
  std::vector<std::string> out;
  for (const CgroupPlace& place : places) out.push_back(place.path);
  return out;
}

TEST(CgroupHierarchy, HybridHostHasEveryMountedHierarchyAndUnifiedLast) {
  const CgroupHost host = parse_cgroups(kHybridOwn, kHybridMounts);
  ASSERT_EQ(host.hierarchies.size(), 5U);
  EXPECT_EQ(host.hierarchies[0].mount_point, "/sys/fs/cgroup/devices");
  EXPECT_EQ(host.hierarchies[1].mount_point, "/sys/fs/cgroup/memory");
  EXPECT_EQ(host.hierarchies[1].own_path, "sessions/7");
  EXPECT_EQ(host.hierarchies[2].controllers, (std::vector<std::string>{"cpu", "cpuacct"}));
  EXPECT_EQ(host.hierarchies[3].controllers, (std::vector<std::string>{"name=systemd"}));
  EXPECT_EQ(host.hierarchies[4].version, CgroupVersion::kV2);
  EXPECT_EQ(host.hierarchies[4].mount_point, "/sys/fs/cgroup/unified");
  EXPECT_FALSE(host.unified_only());
  EXPECT_TRUE(host.has_unified());
}

TEST(CgroupHierarchy, EachControllerIsWhereItIsMounted) {
  const CgroupHost hybrid = parse_cgroups(kHybridOwn, kHybridMounts);
  EXPECT_EQ(hybrid.version_of("memory"), CgroupVersion::kV1);
  EXPECT_EQ(hybrid.version_of("cpuacct"), CgroupVersion::kV1);
  EXPECT_EQ(hybrid.version_of("hugetlb"), CgroupVersion::kV2);
  const CgroupHost unified = parse_unified("0::/a/b\n", "/sys/fs/cgroup");
  EXPECT_EQ(unified.version_of("memory"), CgroupVersion::kV2);
  EXPECT_EQ(CgroupHost{}.version_of("memory"), CgroupVersion::kNone);
}

TEST(CgroupHierarchy, OwnPathIsSeenBelowTheRootOfTheMount) {
  const struct {
    const char* name;
    const char* own;
    const char* root;
    const char* want;
  } rows[] = {
      {"whole tree", "/a/b", "/", "a/b"},
      {"root itself", "/docker/x", "/docker/x", ""},
      {"below it", "/docker/x/init", "/docker/x", "init"},
      {"a similar name is not below", "/docker/xy", "/docker/x", ""},
      {"elsewhere", "/other", "/docker/x", ""},
      {"outside the cgroup namespace", "/../x", "/", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const CgroupHost host =
        parse_cgroups("4:pids:" + std::string(row.own) + "\n",
                      "3 1 0:3 " + std::string(row.root) + " /p rw - cgroup cgroup rw,pids\n");
    ASSERT_EQ(host.hierarchies.size(), 1U);
    EXPECT_EQ(host.hierarchies[0].own_path, row.want);
  }
}

TEST(CgroupHierarchy, MountPointIsUnescaped) {
  const CgroupHost host =
      parse_cgroups("4:pids:/\n", "3 1 0:3 / /a\\040b\\134c rw - cgroup cgroup rw,pids\n");
  ASSERT_EQ(host.hierarchies.size(), 1U);
  EXPECT_EQ(host.hierarchies[0].mount_point, "/a b\\c");
}

TEST(CgroupHierarchy, UnmountedAndMalformedLinesAreSkipped) {
  EXPECT_TRUE(parse_cgroups("4:pids:/\n0::/\n", "").hierarchies.empty());
  EXPECT_TRUE(parse_cgroups("pids\n:\n", kHybridMounts).hierarchies.empty());
  EXPECT_TRUE(parse_cgroups("4:pids:/\n", "3 1 - cgroup\n - cgroup x\n").hierarchies.empty());
}

TEST(CgroupPlace, FollowsTheRulesOfRunc) {
  const CgroupHost v2 = parse_unified("0::/user.slice/s.scope\n", "/sys/fs/cgroup");
  const CgroupHost v1 =
      parse_cgroups("4:memory:/sessions/7\n", "3 1 0:3 / /m rw - cgroup cgroup rw,memory\n");
  const struct {
    const char* name;
    const char* path;
    const char* on_v2;
    const char* on_v1;
  } rows[] = {
      {"absolute", "/a/b", "a/b", "a/b"},
      {"absolute is cleaned", "//a/./x/../b/", "a/b", "a/b"},
      {"absolute cannot climb", "/../../a", "a", "a"},
      {"relative", "a/b", "user.slice/a/b", "sessions/7/a/b"},
      {"relative cannot climb", "../../a", "user.slice/a", "sessions/7/a"},
      {"systemd words are a relative path", "s:p:n", "user.slice/s:p:n", "sessions/7/s:p:n"},
      {"absent", "", "user.slice/c1", "sessions/7/c1"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(paths_of(place_cgroup(v2, row.path, "c1")), (std::vector<std::string>{row.on_v2}));
    EXPECT_EQ(paths_of(place_cgroup(v1, row.path, "c1")), (std::vector<std::string>{row.on_v1}));
  }
}

TEST(CgroupPlace, ProcessInTheRootMakesRelativePathsCountFromTheRoot) {
  const CgroupHost host = parse_unified("0::/\n", "/sys/fs/cgroup");
  EXPECT_EQ(paths_of(place_cgroup(host, "", "c1")), (std::vector<std::string>{"c1"}));
}

TEST(CgroupPlace, RefusesWhatNamesNoCgroup) {
  const CgroupHost host = parse_unified("0::/\n", "/sys/fs/cgroup");
  const struct {
    const char* name;
    std::string path;
    const char* text;
  } rows[] = {
      {"root", "/", "/linux/cgroupsPath: \"/\" is the root of the hierarchy"},
      {"climbs to the root", "/a/..", "/linux/cgroupsPath: \"/a/..\" is the root of the hierarchy"},
      {"relative nothing", "./.", "/linux/cgroupsPath: \"./.\" is the root of the hierarchy"},
      {"NUL", std::string("a\0b", 3), "/linux/cgroupsPath: \"a\\x00b\" has a NUL byte"},
      {"long", "/" + std::string(256, 'x'), nullptr},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    try {
      (void)place_cgroup(host, row.path, "c1");
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      if (row.text != nullptr) {
        EXPECT_STREQ(error.what(), row.text);
      }
      EXPECT_EQ(error.code(), Code::kBadConfig);
      EXPECT_EQ(error.facts().pointer, "/linux/cgroupsPath");
    }
  }
}

TEST(CgroupHierarchy, FindsTheHierarchiesOfThisHost) {
  const CgroupHost host = find_cgroups();
  for (const CgroupHierarchy& one : host.hierarchies) {
    EXPECT_TRUE(one.mount_point.starts_with('/'));
    EXPECT_FALSE(one.own_path.starts_with('/'));
  }
}

}  // namespace
}  // namespace rt

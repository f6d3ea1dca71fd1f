// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/sub_cgroup.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace rt {
namespace {

CgroupPlaces hybrid() {
  return {{.controllers = {"cpu", "cpuacct"}, .mount_point = "/cg/cpu,cpuacct", .path = "a/c1"},
          {.controllers = {"memory"}, .mount_point = "/cg/memory", .path = "a/c1"},
          {.version = CgroupVersion::kV2, .mount_point = "/cg/unified", .path = "c1"}};
}

using Wishes = std::vector<std::string>;

TEST(SubCgroups, EachWishMovesItsHierarchies) {
  const struct {
    const char* name;
    Wishes wishes;
    std::vector<std::string> want;
  } rows[] = {
      {"a path alone is for all", {"x/y"}, {"a/c1/x/y", "a/c1/x/y", "c1/x/y"}},
      {"the root is the container's own", {"/"}, {"a/c1", "a/c1", "c1"}},
      {"a path from the root is below it, too", {"/x"}, {"a/c1/x", "a/c1/x", "c1/x"}},
      {"two dots inside", {"x/../y"}, {"a/c1/y", "a/c1/y", "c1/y"}},
      {"a controller", {"memory:x"}, {"a/c1", "a/c1/x", "c1"}},
      {"two in one hierarchy", {"cpu,cpuacct:x"}, {"a/c1/x", "a/c1", "c1"}},
      {"several wishes", {"cpu:x", "memory:y"}, {"a/c1/x", "a/c1/y", "c1"}},
      {"a colon in the path", {"memory:x:y"}, {"a/c1", "a/c1/x:y", "c1"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> got;
    for (const CgroupPlace& place : sub_cgroups(hybrid(), row.wishes)) got.push_back(place.path);
    EXPECT_EQ(got, row.want);
  }
}

TEST(SubCgroups, RefusesWhatCannotBeMeant) {
  const struct {
    Wishes wishes;
    const char* want;
  } rows[] = {
      {{"../c2"}, "bad sub cgroup path: \"../c2\" is not below the container's cgroup"},
      {{"memory:x/../../c12"},
       "bad sub cgroup path: \"x/../../c12\" is not below the container's cgroup"},
      {{"memory:x", "y"},
       "invalid --cgroup argument: \"y\" (missing <controller>: prefix, and it is not the only "
       "one)"},
      {{":x"}, "invalid --cgroup argument: \":x\" (empty <controller> prefix)"},
      {{"cpu,:x"}, "invalid --cgroup argument: \"cpu,:x\" (empty <controller> prefix)"},
      {{"cpu:x", "cpu:y"}, "invalid --cgroup argument: more than one path for controller \"cpu\""},
      {{"cpu:x", "cpuacct:y"},
       "invalid --cgroup argument: two paths in the hierarchy of controller \"cpuacct\""},
      {{"hugetlb:x"},
       "invalid --cgroup argument: unknown controller \"hugetlb\": no cgroup v1 hierarchy of the "
       "container has it"},
  };
  for (const auto& row : rows) {
    try {
      (void)sub_cgroups(hybrid(), row.wishes);
      ADD_FAILURE() << "not refused: " << row.want;
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), row.want);
      EXPECT_EQ(error.code(), Code::kUsage);
    }
  }
}

}  // namespace
}  // namespace rt

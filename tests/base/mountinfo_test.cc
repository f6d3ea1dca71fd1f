// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/mountinfo.h"

#include <gtest/gtest.h>

namespace rt {
namespace {

constexpr const char* kText =
    "22 28 0:21 / /proc rw,nosuid shared:5 - proc proc rw\n"
    "30 28 0:26 /sub /mnt/part rw - resctrl resctrl rw,cdp\n"
    "31 28 0:26 / /mnt/a\\040b\\134c rw shared:7 master:2 - resctrl resctrl rw,cdp,mba_MBps\n"
    "32 28 0:27 / /mnt/last rw - tmpfs resctrl rw\n"
    "cut off\n";

TEST(MountInfo, FindsAFilesystemByItsTypeMountedWhole) {
  EXPECT_EQ(find_mount_point(kText, "resctrl"), "/mnt/a b\\c");
  EXPECT_EQ(find_mount_point(kText, "proc"), "/proc");
  EXPECT_EQ(find_mount_point(kText, "sysfs"), std::nullopt);
  EXPECT_EQ(find_mount_point("", "resctrl"), std::nullopt);
}

TEST(MountInfo, TheOptionalFieldsMayBeMany) {
  const auto got =
      parse_mountinfo_line("1 2 0:3 /r /m rw a:1 b:2 c:3 unbindable - ext4 /dev/x rw,errors=x");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->root, "/r");
  EXPECT_EQ(got->mount_point, "/m");
  EXPECT_EQ(got->type, "ext4");
  EXPECT_EQ(got->super_options, (std::vector<std::string_view>{"rw", "errors=x"}));
}

}  // namespace
}  // namespace rt

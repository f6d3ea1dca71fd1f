// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/mount_at_once.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "runtime/base/sys.h"
#include "runtime/kernel/mount.h"
#include "tests/support/in_child.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

MountStep tmpfs() {
  return {.destination = "/d",
          .type = "tmpfs",
          .source = "shm",
          .options = {"mode=0711", "size=64k"},
          .change = {.set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOATIME}};
}

// In a mount namespace of its own, with a directory to mount on.
void in_own_mounts(const std::function<void(const TempDir&, const Fd&)>& body) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  in_child([&] {
    sys::unshare(CLONE_NEWNS);
    mount_attr slave{};
    slave.propagation = MS_SLAVE;
    sys::mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, slave);
    const TempDir temp;
    temp.write("d/covered", "x");
    body(temp, sys::open(temp / "d", O_PATH | O_DIRECTORY));
    sys::fchdir(sys::open("/", O_PATH | O_DIRECTORY).get());
    (void)::umount2((temp / "d").c_str(), MNT_DETACH);  // NOLINT: a path of ours
  });
}

bool covered_is_there(const TempDir& temp) {
  return ::access((temp / "d/covered").c_str(), F_OK) == 0;
}

TEST(MountAtOnce, CoversTheDirectoryWithWhatWasAskedFor) {
  in_own_mounts([](const TempDir& temp, const Fd& where) {
    ASSERT_TRUE(try_mount_at_once(where.get(), tmpfs()));
    EXPECT_FALSE(covered_is_there(temp));
    struct statvfs facts {};
    ASSERT_EQ(::statvfs((temp / "d").c_str(), &facts), 0);
    constexpr unsigned long kAsked = ST_NOSUID | ST_NOEXEC | ST_NOATIME;
    EXPECT_EQ(facts.f_flag & (kAsked | ST_RDONLY | ST_NODEV), kAsked);
    EXPECT_EQ(facts.f_blocks * facts.f_frsize, 65536U);
    const Fd mounted = sys::open(temp / "d", O_PATH | O_DIRECTORY);
    EXPECT_EQ(sys::fstatfs(mounted.get()).f_type, TMPFS_MAGIC);
    EXPECT_EQ(sys::fstat(mounted.get()).st_mode & 07777U, 0711U);
  });
}

TEST(MountAtOnce, LeavesWhatAsksForMoreToTheOtherWay) {
  const struct {
    const char* name;
    std::function<void(MountStep&)> change;
  } rows[] = {
      {"read-only", [](MountStep& step) { step.change.set |= MOUNT_ATTR_RDONLY; }},
      {"read-only, recursively",
       [](MountStep& step) { step.change.recursive_set = MOUNT_ATTR_RDONLY; }},
      {"an attribute that mount(2) lacks",
       [](MountStep& step) { step.change.set |= MOUNT_ATTR_NOSYMFOLLOW; }},
      {"read-only later", [](MountStep& step) { step.read_only_last = 1; }},
      {"a comma", [](MountStep& step) { step.options.emplace_back("mode=0700,uid=1"); }},
      {"a backslash", [](MountStep& step) { step.options.emplace_back("huge=\\never"); }},
      {"more than a page", [](MountStep& step) { step.options.assign(500, "size=64k"); }},
      {"a label", [](MountStep& step) { step.label = "label"; }},
      {"links", [](MountStep& step) { step.links.emplace_back("name", "target"); }},
      {"propagation", [](MountStep& step) { step.propagation.push_back({.kind = MS_SHARED}); }},
      {"what it covers", [](MountStep& step) { step.copy_up = 1; }},
      {"no source", [](MountStep& step) { step.source.clear(); }},
      {"another type", [](MountStep& step) { step.type = "overlay"; }},
      {"an option that the kernel refuses",
       [](MountStep& step) { step.options.emplace_back("colour=red"); }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    in_own_mounts([&](const TempDir& temp, const Fd& where) {
      MountStep step = tmpfs();
      row.change(step);
      EXPECT_FALSE(try_mount_at_once(where.get(), step));
      EXPECT_TRUE(covered_is_there(temp));
    });
  }
}

}  // namespace
}  // namespace rt

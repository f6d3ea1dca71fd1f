// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/copy_up.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/sys_copy.h"
#include "tests/support/in_child.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

// A detached tmpfs, as mount_step() makes it.
Fd new_tmpfs(const std::string& size = "16m") {
  const Fd fs = sys::fsopen("tmpfs");
  sys::fsconfig_string(fs.get(), "size", size);
  sys::fsconfig_create(fs.get());
  return sys::fsmount(fs.get(), 0);
}

Fd open_path(const std::string& path) {
  return sys::open(path, O_PATH | O_DIRECTORY);
}

struct stat stat_of(const Fd& dir, const std::string& name) {
  const auto facts = sys::stat_at_if_exists(dir.get(), name, AT_SYMLINK_NOFOLLOW);
  EXPECT_TRUE(facts) << name;
  return facts.value_or(decltype(facts)::value_type{});
}

class CopyUp : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  }
  Fd copied() const {
    Fd to = new_tmpfs();
    copy_up(open_path(dir_.path()).get(), to.get());
    return to;
  }
  TempDir dir_;
};

TEST_F(CopyUp, KeepsContentModeOwnerAndTimes) {
  dir_.write("sub/deep/file", "text");
  ASSERT_EQ(::chown((dir_ / "sub/deep/file").c_str(), 12, 34), 0);
  ASSERT_EQ(::chmod((dir_ / "sub/deep/file").c_str(), 06751), 0);
  ASSERT_EQ(::chown((dir_ / "sub/deep").c_str(), 56, 78), 0);
  ASSERT_EQ(::chmod((dir_ / "sub/deep").c_str(), 01711), 0);
  constexpr timespec kTimes[] = {{1000, 5}, {2000, 7}};
  for (const char* const name : {"sub/deep/file", "sub/deep", "sub"})
    ASSERT_EQ(::utimensat(AT_FDCWD, (dir_ / name).c_str(), kTimes, 0), 0);
  const Fd to = copied();
  EXPECT_EQ(read_file_at(to.get(), "sub/deep/file"), "text");
  const struct stat file = stat_of(to, "sub/deep/file");
  EXPECT_EQ(file.st_mode, unsigned{S_IFREG | 06751});
  EXPECT_EQ(file.st_uid, 12U);
  EXPECT_EQ(file.st_gid, 34U);
  EXPECT_EQ(file.st_mtim.tv_sec, 2000);
  EXPECT_EQ(file.st_mtim.tv_nsec, 7);
  const struct stat deep = stat_of(to, "sub/deep");
  EXPECT_EQ(deep.st_mode, unsigned{S_IFDIR | 01711});
  EXPECT_EQ(deep.st_uid, 56U);
  EXPECT_EQ(deep.st_gid, 78U);
  EXPECT_EQ(stat_of(to, "sub").st_mtim.tv_sec, 2000);
}

TEST_F(CopyUp, LinksAreCopiedAndNeverFollowed) {
  TempDir outside;
  outside.write("secret", "s");
  dir_.link("to_file", outside / "secret");
  dir_.link("to_directory", outside.path());
  dir_.link("to_nothing", "a/b");
  ASSERT_EQ(::lchown((dir_ / "to_nothing").c_str(), 9, 8), 0);
  const Fd to = copied();
  EXPECT_EQ(sys::readlink_at(to.get(), "to_file"), outside / "secret");
  EXPECT_EQ(sys::readlink_at(to.get(), "to_directory"), outside.path());
  EXPECT_EQ(sys::readlink_at(to.get(), "to_nothing"), "a/b");
  EXPECT_EQ(stat_of(to, "to_nothing").st_uid, 9U);
  EXPECT_EQ(stat_of(to, "to_nothing").st_gid, 8U);
}

TEST_F(CopyUp, HardLinksStayOneFile) {
  dir_.write("a/one", "x");
  dir_.write("b/keep", "");
  ASSERT_EQ(::link((dir_ / "a/one").c_str(), (dir_ / "b/two").c_str()), 0);
  const Fd to = copied();
  EXPECT_EQ(stat_of(to, "a/one").st_ino, stat_of(to, "b/two").st_ino);
  EXPECT_EQ(stat_of(to, "a/one").st_nlink, 2U);
  EXPECT_EQ(read_file_at(to.get(), "b/two"), "x");
}

TEST_F(CopyUp, SpecialFilesAreMadeNotOpened) {
  ASSERT_EQ(::mkfifo((dir_ / "fifo").c_str(), 0600), 0);
  ASSERT_EQ(::mknod((dir_ / "null").c_str(), S_IFCHR | 0600, makedev(1, 3)), 0);
  ASSERT_EQ(::chmod((dir_ / "null").c_str(), 0666), 0);
  const Fd to = copied();  // would hang at the FIFO
  EXPECT_TRUE(S_ISFIFO(stat_of(to, "fifo").st_mode));
  EXPECT_EQ(stat_of(to, "null").st_mode, unsigned{S_IFCHR | 0666});
  EXPECT_EQ(stat_of(to, "null").st_rdev, makedev(1, 3));
}

TEST_F(CopyUp, HolesTakeNoMemory) {
  dir_.write("sparse", "head");
  ASSERT_EQ(::truncate((dir_ / "sparse").c_str(), off_t{1} << 30), 0);
  const Fd file = sys::open(dir_ / "sparse", O_WRONLY);
  ASSERT_EQ(::pwrite(file.get(), "tail", 4, (off_t{1} << 30) - 4), 4);
  const Fd to = copied();
  const struct stat facts = stat_of(to, "sparse");
  EXPECT_EQ(facts.st_size, off_t{1} << 30);
  EXPECT_LT(facts.st_blocks * 512, 1 << 20);
  const Fd copy = sys::open_at(to.get(), "sparse", O_RDONLY);
  char tail[4] = {};
  ASSERT_EQ(::pread(copy.get(), tail, 4, facts.st_size - 4), 4);
  EXPECT_EQ(std::string(tail, 4), "tail");
}

TEST_F(CopyUp, AttributesThatTheKernelAllows) {
  dir_.write("file", "x");
  for (const std::string& name : {dir_ / "file", dir_.path()}) {
    if (::setxattr(name.c_str(), "trusted.rt", "v\0w", 3, 0) != 0) {
      GTEST_SKIP() << "the file system has no trusted attributes";
    }
  }
  const Fd to = copied();
  const Fd file = sys::open_at(to.get(), "file", O_RDONLY);
  const Fd top = sys::open_at(to.get(), ".", O_RDONLY | O_DIRECTORY);
  EXPECT_EQ(sys::get_xattr_if_allowed(file.get(), "trusted.rt"), std::string("v\0w", 3));
  EXPECT_EQ(sys::get_xattr_if_allowed(top.get(), "trusted.rt"), std::string("v\0w", 3));
}

TEST_F(CopyUp, WhatIsMountedBelowIsLeftOut) {
  dir_.write("below/hidden", "x");
  dir_.write("file", "x");
  in_child([&] {
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    ASSERT_EQ(::mount("t", (dir_ / "below").c_str(), "tmpfs", 0, nullptr), 0);
    const Fd to = copied();
    EXPECT_FALSE(sys::stat_at_if_exists(to.get(), "below", 0));
    EXPECT_TRUE(sys::stat_at_if_exists(to.get(), "file", 0));
  });
}

TEST_F(CopyUp, TooSmallATmpfsIsAnError) {
  dir_.write("big", std::string(64 << 10, 'x'));
  const Fd to = new_tmpfs("4k");
  try {
    copy_up(open_path(dir_.path()).get(), to.get());
    FAIL() << "no error";
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "copy up: copy big: sendfile: no space left on device");
  }
}

TEST_F(CopyUp, EmptyDirectory) {
  const Fd to = copied();
  const Fd top = sys::open_at(to.get(), ".", O_RDONLY | O_DIRECTORY);
  EXPECT_TRUE(sys::list_directory(top.get()).empty());
}

}  // namespace
}  // namespace rt

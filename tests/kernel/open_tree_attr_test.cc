// SPDX-License-Identifier: Apache-2.0
//
// One call from Linux 6.15 on, two before: the same mount either way.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "tests/support/in_child.h"

namespace rt {
namespace {

constexpr unsigned kClone = OPEN_TREE_CLONE | AT_RECURSIVE;

mount_attr read_only() {
  mount_attr out{};
  out.attr_set = MOUNT_ATTR_RDONLY;
  out.propagation = MS_PRIVATE;
  return out;
}

bool is_read_only(const Fd& tree) {
  struct statvfs facts {};
  return ::fstatvfs(tree.get(), &facts) == 0 && (facts.f_flag & ST_RDONLY) != 0;
}

// As on an older kernel (ENOSYS), or under a filter that is older than the call (EPERM).
void refuse_open_tree_attr(int error) {
  constexpr unsigned kNumber = 467;
  std::array<sock_filter, 4> program{
      {{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
       {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, kNumber},
       {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)},
       {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}}};
  const sock_fprog filter{program.size(), program.data()};
  sys::set_no_new_privs();
  ASSERT_EQ(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
  errno = 0;
  EXPECT_EQ(::syscall(kNumber, -1, "", 0, nullptr, 0), -1);
  EXPECT_EQ(errno, error);
}

TEST(OpenTreeAttr, TheCopyHasTheAttributesAndItsSourceHasNot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  for (const int error : {0, ENOSYS, EPERM}) {
    SCOPED_TRACE(error);
    in_child([&] {
      sys::unshare(CLONE_NEWNS);
      if (error != 0) refuse_open_tree_attr(error);
      const Fd shm = sys::open("/dev/shm", O_PATH | O_DIRECTORY);
      for (int round = 0; round < 2; ++round) {
        EXPECT_TRUE(
            is_read_only(sys::open_tree_attr(shm.get(), "", AT_EMPTY_PATH | kClone, read_only())));
        EXPECT_TRUE(is_read_only(sys::open_tree_attr(AT_FDCWD, "/dev/shm", kClone, read_only())));
        EXPECT_FALSE(is_read_only(shm));
      }
    });
  }
}

TEST(OpenTreeAttr, AnErrorIsNamedAfterTheOlderCall) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  try {
    (void)sys::open_tree_attr(AT_FDCWD, "/not/there", kClone, read_only());
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.facts().syscall, "open_tree");
    EXPECT_EQ(e.facts().error_number, ENOENT);
  }
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "runtime/base/sys.h"

namespace rt {
namespace {

bool is_open(int number) {
  return ::fcntl(number, F_GETFD) >= 0;
}

TEST(Fd, ClosesWhenItGoes) {
  int number = -1;
  {
    const Fd fd = sys::open("/dev/null", O_RDONLY);
    number = fd.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Fd, AssignmentClosesTheOldOne) {
  Fd first = sys::open("/dev/null", O_RDONLY);
  Fd second = sys::open("/dev/null", O_RDONLY);
  const int old = first.get();
  const int kept = second.get();
  first = std::move(second);
  EXPECT_FALSE(is_open(old));
  EXPECT_EQ(first.get(), kept);
  EXPECT_FALSE(second.valid());  // NOLINT: the moved-from state is what is tested
}

TEST(Fd, SelfMoveKeepsIt) {
  Fd fd = sys::open("/dev/null", O_RDONLY);
  const int number = fd.get();
  Fd& same = fd;
  fd = std::move(same);
  EXPECT_EQ(fd.get(), number);
  EXPECT_TRUE(is_open(number));
}

TEST(Fd, ReleaseGivesItAway) {
  Fd fd = sys::open("/dev/null", O_RDONLY);
  const int number = fd.release();
  EXPECT_FALSE(fd.valid());
  EXPECT_TRUE(is_open(number));
  const Fd again(number);
}

TEST(Sys, EverythingClosesOnExec) {
  const Fd file = sys::open("/dev/null", O_RDONLY);
  const Fd copy = sys::dup(file.get());
  const auto [reader, writer] = sys::pipe();
  const Fd memory = sys::memfd("x", 1U);
  for (const Fd* fd : {&file, &copy, &reader, &writer, &memory}) {
    EXPECT_EQ(::fcntl(fd->get(), F_GETFD), FD_CLOEXEC);
  }
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "runtime/base/sys.h"
#include "tests/support/in_child.h"

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

int open_and_drop() {
  return sys::open("/dev/null", O_RDONLY).get();
}

TEST(CloseTogether, DescriptorsGoAtItsEndAndThoseInUseStay) {
  std::vector<int> dropped;
  Fd used;
  {
    const CloseTogether spent;
    for (int i = 0; i < 3; ++i) dropped.push_back(open_and_drop());
    used = sys::open("/dev/null", O_RDONLY);
    for (int i = 0; i < 2; ++i) dropped.push_back(open_and_drop());
    for (const int number : dropped) EXPECT_TRUE(is_open(number)) << number;
  }
  for (const int number : dropped) EXPECT_FALSE(is_open(number)) << number;
  EXPECT_TRUE(is_open(used.get()));
}

TEST(CloseTogether, ThereAreNeverMoreThanItMayHold) {
  const auto open_now = [] {
    int count = 0;
    for (int number = 0; number < 4 * CloseTogether::kNumbers; ++number) count += is_open(number);
    return count;
  };
  const int before = open_now();
  int most = 0;
  {
    const CloseTogether spent;
    for (int i = 0; i < 10 * CloseTogether::kMost; ++i) {
      (void)open_and_drop();
      most = std::max(most, open_now() - before);
    }
  }
  EXPECT_GT(most, 1);
  EXPECT_LE(most, CloseTogether::kMost);
  EXPECT_EQ(open_now(), before);
}

TEST(CloseTogether, WithoutOneAndAboveItsNumbersTheyGoAtOnce) {
  EXPECT_FALSE(is_open(open_and_drop()));
  const CloseTogether spent;
  const Fd low = sys::open("/dev/null", O_RDONLY);
  for (const int number : {CloseTogether::kNumbers, CloseTogether::kNumbers + 100}) {
    Fd high(::fcntl(low.get(), F_DUPFD_CLOEXEC, number));
    ASSERT_GE(high.get(), number);
    const int dropped = high.get();
    high.reset();
    EXPECT_FALSE(is_open(dropped)) << number;
  }
}

TEST(CloseTogether, OneInsideAnotherLeavesItAsItWas) {
  int before = -1;
  int after = -1;
  {
    const CloseTogether outer;
    before = open_and_drop();
    { const CloseTogether inner; }
    after = open_and_drop();
    EXPECT_TRUE(is_open(before));
    EXPECT_TRUE(is_open(after));
  }
  EXPECT_FALSE(is_open(before));
  EXPECT_FALSE(is_open(after));
}

TEST(CloseTogether, TheHighestOfItsNumbersGoes) {
  std::vector<Fd> all;
  while (all.empty() || all.back().get() < CloseTogether::kNumbers - 1)
    all.push_back(sys::open("/dev/null", O_RDONLY));
  const int last = all.back().get();
  {
    const CloseTogether spent;
    all.clear();
  }
  EXPECT_FALSE(is_open(last));
}

TEST(CloseTogether, BeforeTheExitNothingIsClosedAnyMore) {
  in_child([] {
    CloseTogether::leave_to_exit();
    EXPECT_TRUE(is_open(open_and_drop()));
    int inside = -1;
    {
      const CloseTogether spent;
      inside = open_and_drop();
    }
    EXPECT_TRUE(is_open(inside));
  });
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/phases.h"

#include <gtest/gtest.h>

namespace rt::phases {
namespace {

TEST(Phases, FollowEachOtherInOrder) {
  begin();
  const std::size_t before = done().size();
  end("first");
  end("second");
  ASSERT_EQ(done().size(), before + 2);
  EXPECT_EQ(done()[before].name, "first");
  EXPECT_EQ(done()[before + 1].name, "second");
}

TEST(Phases, StepsAreReadFromLines) {
  const std::size_t before = steps().size();
  add_steps(
      "stage 2: mounts: 120 us\n"
      "stage 2: sysctl: 0 us\n"     // took no time
      "stage 2: no unit: 7\n"       // not a step
      "stage 2: no number: x us\n"  // nor this
      "stage 2: a: b: 18446744073709551615 us\n");
  const Phases expected{{.name = "stage 2: mounts", .us = 120},
                        {.name = "stage 2: a: b", .us = 18446744073709551615U}};
  EXPECT_EQ(Phases(steps().begin() + static_cast<std::ptrdiff_t>(before), steps().end()), expected);
}

}  // namespace
}  // namespace rt::phases

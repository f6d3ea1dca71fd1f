// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/phases.h"

#include <gtest/gtest.h>

namespace rt::phases {
namespace {

TEST(Phases, FollowEachOtherInOrder) {
  begin();
  end("first");
  end("second");
  const Phases& all = done();
  ASSERT_GE(all.size(), 3U);
  EXPECT_EQ(all[all.size() - 3].name, "exec");  // comes with the first that ends
  EXPECT_EQ(all[all.size() - 2].name, "first");
  EXPECT_EQ(all.back().name, "second");
  EXPECT_GT(all[all.size() - 3].us, 0U);
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

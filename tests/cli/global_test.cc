// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/global.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt::cli {
namespace {

TEST(StateRoot, Default) {
  const struct {
    const char* name;
    RootFacts facts;
    std::string want;
  } rows[] = {
      {"root of the machine", {0, false, ""}, "/run/rt"},
      {"root of the machine in a session", {0, false, "/run/user/0"}, "/run/rt"},
      {"root of a user namespace", {0, true, "/run/user/1000"}, "/run/user/1000/rt"},
      {"root of a user namespace, no session", {0, true, ""}, "/run/rt"},
      {"a user", {1000, false, "/run/user/1000/"}, "/run/user/1000/rt"},
      {"a user without a session", {1000, false, ""}, "/run/rt"},
      {"a user, relative directory", {1000, false, "run"}, "/run/rt"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(default_root(row.facts), row.want);
  }
}

TEST(StateRoot, IsAbsoluteAndNotTheWholeMachine) {
  EXPECT_EQ(state_root({.root = "/a//b/../c/"}), "/a/c");
  EXPECT_EQ(state_root({.root = "x"}), sys::getcwd() + "/x");
  for (const char* root : {"/", "//", "/..", "/a/.."}) {
    SCOPED_TRACE(root);
    EXPECT_THROW((void)state_root({.root = root}), Error);
  }
}

}  // namespace
}  // namespace rt::cli

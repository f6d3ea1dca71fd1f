// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace rt {
namespace {

TEST(Error, NamesWhatWasBeingDone) {
  const Context outer("create", "c1");
  {
    const Context inner("mount", "/proc");
    try {
      throw_errno_value(EPERM, "move_mount");
    } catch (const Error& e) {
      EXPECT_STREQ(e.what(), "create c1: mount /proc: move_mount: operation not permitted");
      EXPECT_EQ(e.facts().step, "create c1: mount /proc");
      EXPECT_EQ(e.facts().syscall, "move_mount");
      EXPECT_EQ(e.facts().error_number, EPERM);
      EXPECT_EQ(e.code(), Code::kSystem);
    }
  }
  EXPECT_EQ(Context::chain(), "create c1: ");
}

TEST(Error, TakesThePointerFromTheInnermostContextThatIsOne) {
  const Context outer("/process");
  const Context inner("/process/rlimits/0");
  const Context verb("set", "/etc/file");
  EXPECT_EQ(Error(Code::kSystem, "x").facts().pointer, "/process/rlimits/0");
  EXPECT_EQ(Error(Code::kSystem, "x", {.pointer = "/own"}).facts().pointer, "/own");
}

TEST(Error, ContextsEndWithTheirScope) {
  { const Context here("x"); }
  EXPECT_EQ(Context::chain(), "");
  EXPECT_STREQ(Error(Code::kUsage, "plain").what(), "plain");
  EXPECT_EQ(Error(Code::kUsage, "plain").facts().pointer, "");
}

TEST(Error, AnEmptyContextSaysNothing) {
  const Context mounts("/mounts/0");
  const Context nothing("");
  EXPECT_STREQ(Error(Code::kSystem, "no").what(), "/mounts/0: no");
}

TEST(ErrnoText, IsTheKernelsTextWithASmallLetter) {
  EXPECT_EQ(errno_text(ENOENT), "no such file or directory");
  EXPECT_EQ(errno_text(ENOTDIR), "not a directory");
  EXPECT_EQ(errno_text(9999), "errno 9999");
}

TEST(CodeWord, IsStable) {
  EXPECT_EQ(code_word(Code::kBadConfig), "bad-config");
  EXPECT_EQ(code_word(Code::kNoSuchContainer), "no-such-container");
  EXPECT_EQ(code_word(Code::kDeadline), "deadline");
}

}  // namespace
}  // namespace rt

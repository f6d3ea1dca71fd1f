// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/program.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace rt {
namespace {

ProgramCall shell(const std::string& script) {
  return {.words = {"/bin/sh", "-c", script},
          .environment = {"A=b"},
          .deadline = Deadline::in(std::chrono::seconds(10)),
          .limit = 10000};
}

TEST(Program, GivesOutputAndStatus) {
  const ProgramResult got = run_program(shell("echo $A; echo no >&2; exit 3"));
  EXPECT_EQ(got.output, "b\n");
  EXPECT_EQ(got.status.shell_code(), 3);
}

TEST(Program, CanTakeTheErrorsToo) {
  ProgramCall call = shell("echo out; echo err >&2");
  call.with_errors = true;
  EXPECT_EQ(run_program(call).output, "out\nerr\n");
}

TEST(Program, InheritsNothing) {
  const ProgramResult got = run_program(shell("read line || echo end; ls /proc/self/fd | wc -l"));
  EXPECT_EQ(got.output, "end\n4\n");  // and the one of ls itself
}

TEST(Program, DropsWhatIsTooMuch) {
  ProgramCall call = shell("head -c 300000 /dev/zero");
  call.limit = 5;
  const ProgramResult got = run_program(call);
  EXPECT_EQ(got.output.size(), 5U);
  EXPECT_EQ(got.status.shell_code(), 0);
}

TEST(Program, IsKilledAtTheDeadline) {
  ProgramCall call = shell("exec sleep 100");
  call.deadline = Deadline::in(std::chrono::milliseconds(50));
  EXPECT_THROW((void)run_program(call), Error);
}

TEST(Program, ThatIsNotThereEndsWith127) {
  ProgramCall call = shell("");
  call.words = {"/no/such/program"};
  EXPECT_EQ(run_program(call).status.shell_code(), 127);
}

}  // namespace
}  // namespace rt

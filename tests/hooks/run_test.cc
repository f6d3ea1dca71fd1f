// SPDX-License-Identifier: Apache-2.0
#include "hooks/run.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/text.h"
#include "tests/support/temp_dir.h"

namespace rt::hooks {
namespace {

spec::Hook shell(const std::string& script) {
  return {.path = "/bin/sh", .args = {"sh", "-c", script}};
}

std::string failure_of(const spec::Hook& hook, const std::string& state = "{}") {
  try {
    run_all({hook}, {.point = "createRuntime", .state_json = state});
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Code::kHookFailed);
    return e.what();
  }
  return "";
}

TEST(Hook, ReadsTheStateToItsEnd) {
  const TempDir temp;
  EXPECT_EQ(failure_of(shell("cat > " + (temp / "state")), "{\"id\":\"c1\"}"), "");
  EXPECT_EQ(read_file(temp / "state"), "{\"id\":\"c1\"}");
}

TEST(Hook, NeedNotReadTheState) {
  EXPECT_EQ(failure_of({.path = "/bin/true"}, std::string(1U << 20U, 'x')), "");
}

TEST(Hook, GetsExactlyItsEnvironment) {
  const TempDir temp;
  ASSERT_EQ(::setenv("RT_LEAK", "1", 1), 0);
  const struct {
    const char* name;
    std::optional<std::vector<std::string>> env;
    std::vector<std::string> around;
    const char* want;
  } rows[] = {{"its own", {{"A=1", "B=2"}}, {"C=3"}, "A=1\nB=2\n"},
              {"empty is empty", std::vector<std::string>{}, {"C=3"}, ""},
              {"absent takes the surroundings'", {}, {"C=3"}, "C=3\n"},
              {"absent and none", {}, {}, ""}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    // What the shell was started with, not what it adds for its own children.
    spec::Hook to_file = shell("/usr/bin/tr '\\0' '\\n' < /proc/$$/environ > " + (temp / "e"));
    to_file.env = row.env;
    run_all({to_file}, {.point = "prestart", .state_json = "{}", .env = row.around});
    EXPECT_EQ(read_file(temp / "e"), row.want);
  }
  ::unsetenv("RT_LEAK");
}

TEST(Hook, ArgumentsDefaultToThePath) {
  const TempDir temp;
  temp.write("hook", "#!/bin/sh\necho \"$0 $#\" > " + (temp / "out") + "\n");
  ASSERT_EQ(::chmod((temp / "hook").c_str(), 0755), 0);
  EXPECT_EQ(failure_of({.path = temp / "hook"}), "");
  EXPECT_EQ(read_file(temp / "out"), (temp / "hook") + " 0\n");
}

TEST(Hook, FailuresSayWhatHappened) {
  const struct {
    const char* name;
    spec::Hook hook;
    const char* want;
  } rows[] = {
      {"exit", shell("echo out; echo err >&2; exit 3"),
       "error running createRuntime hook #0: exit status 3, stdout: \"out\\n\", stderr: "
       "\"err\\n\""},
      {"signal", shell("kill -9 $$"),
       "error running createRuntime hook #0: killed by SIGKILL, stdout: \"\", stderr: \"\""},
      {"missing",
       {.path = "/no/such/hook"},
       "error running createRuntime hook #0: exec \"/no/such/hook\": no such file or directory"},
      {"not executable",
       {.path = "/etc/passwd"},
       "error running createRuntime hook #0: exec \"/etc/passwd\": permission denied"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(failure_of(row.hook), row.want);
  }
}

TEST(Hook, TheFirstFailureStopsTheRest) {
  const TempDir temp;
  try {
    run_all({shell("exit 0"), shell("exit 1"), shell("echo ran > " + (temp / "third"))},
            {.point = "prestart", .state_json = "{}"});
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_TRUE(std::string(e.what()).starts_with("error running prestart hook #1:")) << e.what();
  }
  EXPECT_FALSE(read_file_if_exists(temp / "third").has_value());
}

TEST(Hook, TimeoutKillsTheWholeGroup) {
  const TempDir temp;
  spec::Hook hook = shell("trap '' TERM; sleep 100 & echo $! > " + (temp / "pid") + "; wait");
  hook.timeout = 1;
  EXPECT_EQ(failure_of(hook),
            "error running createRuntime hook #0: hook ran past specified timeout of 1.0s");
  const std::string text = read_file(temp / "pid");
  const auto pid = parse_number<pid_t>(trim(text));
  ASSERT_TRUE(pid.has_value());
  for (int i = 0; i < 100 && ::kill(*pid, 0) == 0; ++i) {
    const std::string stat =
        read_file_if_exists("/proc/" + std::to_string(*pid) + "/stat").value_or("");
    if (stat.find(") Z") != std::string::npos) break;
    ::usleep(10000);
  }
  const auto stat = read_file_if_exists("/proc/" + std::to_string(*pid) + "/stat");
  EXPECT_TRUE(!stat || stat->find(") Z") != std::string::npos) << "the hook's child lives on";
}

TEST(Hook, ADaemonThatKeepsThePipesDoesNotHoldUsUp) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(failure_of(shell("sleep 5 & exit 0")), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
}

TEST(Hook, MuchOutputIsReadAndCut) {
  const std::string text = failure_of(shell("head -c 300000 /dev/zero | tr '\\0' x; exit 1"));
  EXPECT_LT(text.size(), 5000U);
  EXPECT_NE(text.find("xxxx"), std::string::npos);
}

TEST(Hook, SeesNoDescriptorOfOurs) {
  const TempDir temp;
  EXPECT_EQ(failure_of(shell("ls /proc/$$/fd > " + (temp / "fds"))), "");
  const std::string text = read_file(temp / "fds");
  for (const std::string_view line : split_lines(text)) {
    const auto number = parse_number<int>(line);
    EXPECT_TRUE(number && (*number <= 2 || *number >= 10)) << line;  // 10: dash's own script copy
  }
}

}  // namespace
}  // namespace rt::hooks

// SPDX-License-Identifier: Apache-2.0
//
// From words to the call on the container layer, which is faked.
#include "runtime/cli/commands.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/cli/help.h"
#include "tests/cli/fake_verbs.h"

namespace rt::cli {
namespace {

using List = std::vector<std::string_view>;

class Commands : public testing::Test {
 protected:
  void SetUp() override { fake_verbs() = {}; }
  void TearDown() override { log::configure({}); }

  struct Outcome {
    int status = -1;
    std::string out{};
    std::string error{};
    bool operator==(const Outcome&) const = default;
  };
  static Outcome rt(const List& words) {
    Outcome outcome;
    testing::internal::CaptureStdout();
    try {
      outcome.status = dispatch(words);
    } catch (const Error& error) {
      outcome.error = error.what();
    }
    outcome.out = testing::internal::GetCapturedStdout();
    return outcome;
  }
  static std::vector<std::string> calls(const List& words) {
    fake_verbs().calls.clear();
    const Outcome outcome = rt(words);
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.status, 0);
    return fake_verbs().calls;
  }
};

using Calls = std::vector<std::string>;

TEST_F(Commands, EachCallsOneVerb) {
  EXPECT_EQ(calls({"--root", "/r", "create", "c1"}), Calls{"create /r c1"});
  EXPECT_EQ(calls({"--root=/r", "run", "c1"}), Calls{"run /r c1"});
  EXPECT_EQ(calls({"--root", "/r", "start", "c1"}), Calls{"start /r c1"});
  EXPECT_EQ(calls({"--root", "/r", "state", "c1"}), Calls{"state /r c1"});
  EXPECT_EQ(calls({"--root", "/r", "kill", "c1"}), Calls{"kill /r c1 SIGTERM"});
  EXPECT_EQ(calls({"--root", "/r", "kill", "--all", "c1", "9"}), Calls{"kill /r c1 9 all"});
  EXPECT_EQ(calls({"--root", "/r", "pause", "c1"}), Calls{"pause /r c1"});
  EXPECT_EQ(calls({"--root", "/r", "resume", "c1"}), Calls{"resume /r c1"});
  EXPECT_EQ(calls({"--root", "/r", "update", "c1"}), Calls{"update /r c1"});
  EXPECT_EQ(calls({"--root", "/r", "delete", "c1"}), Calls{"delete /r c1"});
  EXPECT_EQ(calls({"--root", "/r", "delete", "c1", "-f"}), Calls{"delete /r c1 force"});
  EXPECT_EQ(calls({"--root", "/r", "list"}), Calls{"list /r "});
}

TEST_F(Commands, CheckpointTakesEveryFlagOfRuncAndCrun) {
  EXPECT_EQ(calls({"--root",
                   "/r",
                   "checkpoint",
                   "--image-path",
                   "/i",
                   "--work-path=/w",
                   "--parent-path",
                   "../p",
                   "--leave-running",
                   "--tcp-established",
                   "--tcp-skip-in-flight",
                   "--ext-unix-sk",
                   "--shell-job",
                   "--lazy-pages",
                   "--status-fd",
                   "7",
                   "--page-server",
                   "h:1",
                   "--file-locks",
                   "--pre-dump",
                   "--manage-cgroups-mode",
                   "full",
                   "--empty-ns",
                   "network",
                   "--auto-dedup",
                   "--link-remap",
                   "--network-lock",
                   "skip",
                   "c1"}),
            Calls{"checkpoint /r c1"});
  const CheckpointOptions& got = fake_verbs().checkpoint;
  EXPECT_EQ(got.criu.image_path, "/i");
  EXPECT_EQ(got.criu.work_path, "/w");
  EXPECT_EQ(got.criu.parent_path, "../p");
  EXPECT_EQ(got.criu.manage_cgroups_mode, "full");
  EXPECT_EQ(got.criu.network_lock, "skip");
  EXPECT_EQ(got.criu.empty_ns, std::vector<std::string>{"network"});
  EXPECT_EQ(got.page_server, "h:1");
  EXPECT_EQ(got.status_fd, 7);
  EXPECT_TRUE(got.criu.tcp_established && got.criu.ext_unix_sk && got.criu.shell_job);
  EXPECT_TRUE(got.criu.file_locks && got.criu.lazy_pages && got.criu.auto_dedup);
  EXPECT_TRUE(got.leave_running && got.pre_dump && got.tcp_skip_in_flight && got.link_remap);
}

TEST_F(Commands, CheckpointWithoutFlagsHasTheDefaultsOfRunc) {
  EXPECT_EQ(calls({"--root", "/r", "checkpoint", "c1"}), Calls{"checkpoint /r c1"});
  EXPECT_EQ(fake_verbs().checkpoint.criu.image_path, "checkpoint");
  EXPECT_EQ(fake_verbs().checkpoint.criu.manage_cgroups_mode, "soft");
  EXPECT_EQ(fake_verbs().checkpoint.status_fd, -1);
  EXPECT_EQ(rt({"checkpoint", "--status-fd", "x", "c1"}).error,
            "invalid value \"x\" for flag --status-fd: not a number");
}

// As containerd's shim and conmon say it.
TEST_F(Commands, RestoreTakesEveryFlagOfRuncAndCrun) {
  EXPECT_EQ(calls({"--root",
                   "/r",
                   "restore",
                   "--image-path",
                   "/i",
                   "--work-path",
                   "/w",
                   "--detach",
                   "--pid-file",
                   "/p",
                   "--console-socket",
                   "/s",
                   "--no-pivot",
                   "-no-subreaper",
                   "--bundle",
                   "/b",
                   "--tcp-close",
                   "--lsm-profile",
                   "selinux:x",
                   "--lsm-mount-context=y",
                   "--empty-ns",
                   "network",
                   "--lazy-pages",
                   "c1"}),
            Calls{"restore /r c1"});
  const RestoreOptions& got = fake_verbs().restore;
  EXPECT_EQ(got.create.bundle, "/b");
  EXPECT_EQ(got.create.pid_file, "/p");
  EXPECT_EQ(got.create.console_socket, "/s");
  EXPECT_EQ(got.criu.image_path, "/i");
  EXPECT_EQ(got.lsm_profile, "selinux:x");
  EXPECT_EQ(got.lsm_mount_context, "y");
  EXPECT_TRUE(got.detach && got.no_subreaper && got.tcp_close && got.criu.lazy_pages);
  EXPECT_TRUE(got.create.no_pivot);
}

TEST_F(Commands, RestoreSaysWhatAFlagLacks) {
  EXPECT_EQ(rt({"restore", "--lsm-mount-context"}).error,
            "flag needs an argument: --lsm-mount-context");
}

TEST_F(Commands, GlobalFlagsMayFollowTheCommandAndRepeat) {
  EXPECT_EQ(calls({"--root", "/a", "--root", "/b", "start", "c1"}), Calls{"start /b c1"});
  EXPECT_EQ(calls({"start", "--root", "/b", "c1"}), Calls{"start /b c1"});
  EXPECT_EQ(calls({"--root", "/a", "start", "c1", "--root=/b/../c/"}), Calls{"start /c c1"});
}

TEST_F(Commands, CreateHandsEveryFlagOn) {
  EXPECT_EQ(calls({"--root", "/r", "create", "-b", "/b", "--config", "c.json", "--console-socket",
                   "/s", "--pidfd-socket=/f", "--pid-file", "p", "--no-pivot", "--no-new-keyring",
                   "--preserve-fds", "3", "-no-subreaper", "c1"}),
            Calls{"create /r c1"});
  const CreateOptions& got = fake_verbs().run.create;
  EXPECT_EQ(got.bundle, "/b");
  EXPECT_EQ(got.config, "c.json");
  EXPECT_EQ(got.console_socket, "/s");
  EXPECT_EQ(got.pidfd_socket, "/f");
  EXPECT_EQ(got.pid_file, "p");
  EXPECT_EQ(got.preserve_fds, 3U);
  EXPECT_TRUE(got.no_pivot);
  EXPECT_TRUE(got.no_new_keyring);
  EXPECT_EQ(got.cgroup_manager, CgroupManager::kCgroupfs);
}

TEST_F(Commands, EmptyValuesAreAsIfNotGiven) {
  calls({"--root", "/r", "create", "-b", "", "-f", "", "--console-socket", "", "--pid-file", "",
         "c1"});
  const CreateOptions& got = fake_verbs().run.create;
  EXPECT_EQ(got.bundle, ".");
  EXPECT_EQ(got.config, "config.json");
  EXPECT_EQ(got.console_socket, "");
  EXPECT_EQ(got.pid_file, "");
}

TEST_F(Commands, RunExitsAsTheProgramDoes) {
  fake_verbs().exit_status = 137;
  EXPECT_EQ(rt({"--root", "/r", "run", "-d", "--keep", "--no-subreaper", "-b", "/b", "c1"}).status,
            137);
  EXPECT_TRUE(fake_verbs().run.detach);
  EXPECT_TRUE(fake_verbs().run.keep);
  EXPECT_TRUE(fake_verbs().run.no_subreaper);
  EXPECT_EQ(fake_verbs().run.create.bundle, "/b");
}

TEST_F(Commands, TheCgroupManagerIsForWhoMakesCgroups) {
  calls({"--root", "/r", "--systemd-cgroup", "create", "c1"});
  EXPECT_EQ(fake_verbs().run.create.cgroup_manager, CgroupManager::kSystemd);
  EXPECT_EQ(calls({"--root", "/r", "--cgroup-manager", "systemd", "start", "c1"}),
            Calls{"start /r c1"});
  EXPECT_EQ(rt({"--cgroup-manager=x", "--root", "/r", "run", "c1"}).error,
            "unknown cgroup manager \"x\"");
  calls({"--cgroup-manager", "disabled", "--root", "/r", "run", "c1"});
  EXPECT_EQ(fake_verbs().run.create.cgroup_manager, CgroupManager::kDisabled);
}

TEST_F(Commands, ArgumentCounts) {
  EXPECT_EQ(rt({"state"}).error, "\"state\" requires exactly 1 argument(s)");
  EXPECT_EQ(rt({"start", "a", "b"}).error, "\"start\" requires exactly 1 argument(s)");
  EXPECT_EQ(rt({"kill"}).error, "\"kill\" requires a minimum of 1 argument(s)");
  EXPECT_EQ(rt({"kill", "a", "b", "c"}).error, "\"kill\" requires a maximum of 2 argument(s)");
  EXPECT_EQ(rt({"list", "x"}).error, "\"list\" requires exactly 0 argument(s)");
}

TEST_F(Commands, UnknownOnes) {
  EXPECT_EQ(rt({"frobnicate"}).error, "unknown command \"frobnicate\"");
  EXPECT_EQ(rt({"help", "frobnicate"}).error, "unknown command \"frobnicate\"");
  EXPECT_EQ(rt({"start", "--oops", "c1"}).error, "flag provided but not defined: --oops");
  EXPECT_EQ(rt({"--log-format", "x", "list"}).error, "invalid log-format: x");
  EXPECT_EQ(rt({"--log-level", "x", "list"}).error, "invalid log-level: x");
  EXPECT_EQ(rt({"list", "-f", "yaml"}).error, "invalid format option");
}

TEST_F(Commands, KillTakesNothingAfterTheIdForAFlag) {
  EXPECT_EQ(calls({"--root", "/r", "kill", "c1", "--all"}), Calls{"kill /r c1 --all"});
}

TEST_F(Commands, RegexReachesEveryMatchInSpiteOfAFailure) {
  fake_verbs().fail_for = "b";
  const Outcome got = rt({"--root", "/r", "kill", "-r", ".", "KILL"});
  EXPECT_EQ(got.error, "container does not exist");
  EXPECT_EQ(fake_verbs().calls, (Calls{"kill /r a KILL", "kill /r b KILL", "kill /r c KILL"}));
  EXPECT_EQ(calls({"--root", "/r", "delete", "-r", "-f", "none"}), Calls{});
}

TEST_F(Commands, StateIsIndented) {
  EXPECT_EQ(rt({"--root", "/r", "state", "c1"}).out,
            "{\n  \"id\": \"c1\",\n  \"annotations\": {}\n}\n");
}

TEST_F(Commands, OnlyTheDefaultRootMayBeMissing) {
  calls({"--root", "/r", "list"});
  EXPECT_FALSE(fake_verbs().root_may_be_missing);
  calls({"list"});
  EXPECT_TRUE(fake_verbs().root_may_be_missing);
}

TEST_F(Commands, BrokenEntriesAreOneLineEachOnStderr) {
  fake_verbs().broken = {"a: no state", "b: no state"};
  testing::internal::CaptureStderr();
  EXPECT_EQ(rt({"--root", "/r", "list", "-f", "json"}).out, "null\n");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "rt: a: no state\nrt: b: no state\n");
}

TEST_F(Commands, HelpNeedsNothing) {
  const std::string help = program_help();
  EXPECT_EQ(rt({}), (Outcome{0, help, ""}));
  EXPECT_EQ(rt({"help"}), (Outcome{0, help, ""}));
  EXPECT_EQ(rt({"-h"}), (Outcome{0, help, ""}));
  EXPECT_EQ(rt({"--help", "--root", "/"}), (Outcome{0, help, ""}));
  const std::string kill = command_help(kKillCommand.text, kKillCommand.options());
  EXPECT_EQ(rt({"kill", "--help"}), (Outcome{0, kill, ""}));
  EXPECT_EQ(rt({"help", "kill"}), (Outcome{0, kill, ""}));
}

TEST_F(Commands, VersionHasTheWordOnce) {
  for (const std::string_view flag : {"--version", "-v", "-V", "-version"}) {
    const Outcome got = rt({flag});
    EXPECT_EQ(got.status, 0);
    EXPECT_EQ(got.out.find("rt version "), 0U);
    EXPECT_EQ(got.out.find("version", 4), std::string::npos) << got.out;
    EXPECT_NE(got.out.find("\nspec: 1.3.0\n"), std::string::npos) << got.out;
  }
}

TEST_F(Commands, AUsageErrorReachesTheLogThatWasUnderstood) {
  std::array<char, 32> dir{"/tmp/rt-commands-test-XXXXXX"};
  ASSERT_NE(::mkdtemp(dir.data()), nullptr);
  const std::string path = std::string(dir.data()) + "/log";
  for (const List& words : {List{"--log", path, "--oops"}, List{"--log", path, "start", "--oops"},
                            List{"start", "--log", path}, List{"--log", path, "frobnicate"},
                            List{"--log", path, "--log-format", "x", "list"}}) {
    SCOPED_TRACE(words.back());
    testing::internal::CaptureStderr();
    log::error(rt(words).error);
    (void)testing::internal::GetCapturedStderr();
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    EXPECT_NE(text.str().find("level=error"), std::string::npos);
    EXPECT_EQ(::unlink(path.c_str()), 0);
  }
  ::rmdir(dir.data());
}

}  // namespace
}  // namespace rt::cli

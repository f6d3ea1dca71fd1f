// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/exec_process.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace rt {
namespace {

using Names = std::vector<std::string>;

// A container whose process has something to inherit in every member that exec may inherit.
spec::Config container() {
  spec::Process process{.user = {.uid = 1, .gid = 2, .umask = 077, .additional_gids = {3}},
                        .args = {"init"},
                        .env = {"A=1"},
                        .cwd = "/work",
                        .capabilities = spec::Capabilities{.bounding = {"CAP_KILL"}},
                        .rlimits = {{.type = spec::RlimitType::kCore, .soft = 1, .hard = 2}},
                        .no_new_privileges = true,
                        .oom_score_adj = 7,
                        .apparmor_profile = "profile",
                        .selinux_label = "label",
                        .scheduler = spec::Scheduler{.policy = spec::SchedulerPolicy::kBatch},
                        .io_priority = spec::IoPriority{.priority = 3}};
  process.terminal = true;
  return {.process = process};
}

spec::Process by_document(const std::string& text) {
  return process_to_exec(container(), {.process_file = "p.json", .process_document = text});
}

TEST(ExecProcess, FlagsComeOnTopOfTheContainersProcess) {
  const spec::Process got = process_to_exec(container(), {.args = {"ls", "-l"},
                                                          .cwd = "/",
                                                          .env = {"B=2"},
                                                          .user = "5:6",
                                                          .additional_gids = {"9"},
                                                          .capabilities = {"CAP_CHOWN"},
                                                          .tty = false});
  EXPECT_EQ(got.args, (Names{"ls", "-l"}));
  EXPECT_EQ(got.env, (Names{"A=1", "B=2"}));
  EXPECT_EQ(got.cwd, "/");
  EXPECT_EQ(got.user.uid, 5U);
  EXPECT_EQ(got.user.gid, 6U);
  EXPECT_EQ(got.user.additional_gids, (std::vector<std::uint32_t>{3, 9}));
  EXPECT_FALSE(got.terminal);
  EXPECT_TRUE(got.no_new_privileges);
  EXPECT_EQ(got.capabilities->bounding, (Names{"CAP_KILL", "CAP_CHOWN"}));
  EXPECT_EQ(got.capabilities->effective, Names{"CAP_CHOWN"});
  EXPECT_EQ(got.capabilities->inheritable, Names{});
  EXPECT_EQ(got.capabilities->ambient, Names{});
}

TEST(ExecProcess, WithoutFlagsItIsTheContainersButForTheProgram) {
  spec::Process expected = *container().process;
  expected.args = {"true"};
  expected.terminal = false;
  EXPECT_EQ(process_to_exec(container(), {.args = {"true"}}), expected);
}

TEST(ExecProcess, AGroupThatIsNotGivenStays) {
  const spec::Process got = process_to_exec(container(), {.args = {"true"}, .user = "5"});
  EXPECT_EQ(got.user.uid, 5U);
  EXPECT_EQ(got.user.gid, 2U);
}

TEST(ExecProcess, ADocumentInheritsWhatItLeavesOut) {
  const spec::Process got =
      by_document(R"({"user": {"uid": 4, "gid": 4}, "args": ["true"], "cwd": "/",
                                            "oomScoreAdj": 100, "capabilities": {}})");
  const spec::Process from = *container().process;
  EXPECT_EQ(got.capabilities, from.capabilities);
  EXPECT_EQ(got.rlimits, from.rlimits);
  EXPECT_EQ(got.apparmor_profile, "profile");
  EXPECT_EQ(got.selinux_label, "label");
  EXPECT_EQ(got.scheduler, from.scheduler);
  EXPECT_EQ(got.io_priority, from.io_priority);
  EXPECT_EQ(got.oom_score_adj, 7);      // always the container's
  EXPECT_EQ(got.user.umask, 077U);      // likewise
  EXPECT_FALSE(got.no_new_privileges);  // always the document's
  EXPECT_EQ(got.env, Names{});
  EXPECT_FALSE(got.terminal);
}

TEST(ExecProcess, RefusesWhatIsWrong) {
  const auto error = [](const ExecOptions& options) -> std::string {
    try {
      (void)process_to_exec(container(), options);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(error({}), "exec args cannot be empty");
  EXPECT_EQ(error({.args = {"true"}, .user = "root"}),
            "bad uid: \"root\" is not a number from 0 to 4294967294");
  EXPECT_EQ(error({.args = {"true"}, .user = "1:"}),
            "bad gid: \"\" is not a number from 0 to 4294967294");
  EXPECT_EQ(error({.args = {"true"}, .cwd = "relative"}).substr(0, 10), "exec: /cwd");
  EXPECT_EQ(error({.process_file = "p.json", .process_document = R"({"args": [], "cwd": "/"})"})
                .substr(0, 13),
            "p.json: /args");
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "spec/validate.h"

#include <gtest/gtest.h>

#include "tests/spec/good_config.h"

namespace rt::spec {
namespace {

using test::BrokenRule;
using test::expect_errors;

TEST(Validate, Document) {
  const BrokenRule rows[] = {
      {"nothing", [](Config&) {}, ""},
      {"version not SemVer", [](Config& c) { c.oci_version = "invalid"; },
       "/ociVersion: \"invalid\" is not a semantic version"},
      {"version 2", [](Config& c) { c.oci_version = "2.0.0"; },
       "/ociVersion: version \"2.0.0\" is not 1.x, the one that rt reads"},
      {"newer minor", [](Config& c) { c.oci_version = "1.9.0+dev"; }, ""},
      {"no root", [](Config& c) { c.root.reset(); }, "missing \"root\""},
      {"empty root path", [](Config& c) { c.root->path = ""; }, "/root/path: must not be empty"},
      {"no process", [](Config& c) { c.process.reset(); }, ""},
      {"no linux", [](Config& c) { c.linux_.reset(), c.hostname = ""; }, ""},
      {"long hostname", [](Config& c) { c.hostname = std::string(65, 'x'); },
       "/hostname: longer than 64 bytes"},
      {"hostname of 64", [](Config& c) { c.hostname = std::string(64, 'x'); }, ""},
      {"hostname without uts namespace", [](Config& c) { c.linux_.reset(); },
       "/hostname: needs a uts namespace in /linux/namespaces"},
      {"long domainname", [](Config& c) { c.domainname = std::string(65, 'x'); },
       "/domainname: longer than 64 bytes"},
      {"domainname without uts namespace",
       [](Config& c) { c.hostname = "", c.domainname = "d", c.linux_.reset(); },
       "/domainname: needs a uts namespace in /linux/namespaces"},
      {"empty annotation key", [](Config& c) { c.annotations[""] = "v"; },
       "/annotations: a key must not be empty"},
      {"empty annotation value", [](Config& c) { c.annotations["k"] = ""; }, ""},
  };
  expect_errors(rows);
}

TEST(Validate, Process) {
  const BrokenRule rows[] = {
      {"relative cwd", [](Config& c) { c.process->cwd = "tmp"; },
       "/process/cwd: must be an absolute path, is \"tmp\""},
      {"empty cwd", [](Config& c) { c.process->cwd = ""; },
       "/process/cwd: must be an absolute path, is \"\""},
      {"no args", [](Config& c) { c.process->args.clear(); },
       "/process/args: must have at least one entry"},
      {"env without =",
       [](Config& c) {
         c.process->env = {"A=", "B"};
       },
       "/process/env/1: \"B\" has no \"=\" between name and value"},
      {"console without width",
       [](Config& c) { c.process->console_size = ConsoleSize{.height = 1}; },
       "/process/consoleSize: missing \"width\""},
      {"console too wide",
       [](Config& c) { c.process->console_size = ConsoleSize{.height = 1, .width = 65536}; },
       "/process/consoleSize/width: must be at most 65535, is 65536"},
      {"console ignored without terminal",
       [](Config& c) { c.process->terminal = false, c.process->console_size = ConsoleSize{}; }, ""},
      {"uid -1", [](Config& c) { c.process->user.uid = 4294967295; },
       "/process/user/uid: 4294967295 is not an id"},
      {"gid -1", [](Config& c) { c.process->user.gid = 4294967295; },
       "/process/user/gid: 4294967295 is not an id"},
      {"additional gid -1",
       [](Config& c) {
         c.process->user.additional_gids = {1, 4294967295};
       },
       "/process/user/additionalGids/1: 4294967295 is not an id"},
      {"umask", [](Config& c) { c.process->user.umask = 01000; },
       "/process/user/umask: must be at most 511 (octal 777), is 512"},
      {"rlimit twice",
       [](Config& c) {
         c.process->rlimits.push_back({RlimitType::kNofile, 1, 1});
       },
       "/process/rlimits/1/type: \"RLIMIT_NOFILE\" appears twice"},
      {"soft above hard",
       [](Config& c) {
         c.process->rlimits = {{RlimitType::kAs, 2, 1}};
       },
       "/process/rlimits/0/soft: 2 is above the hard limit of 1"},
      {"oom score", [](Config& c) { c.process->oom_score_adj = -1001; },
       "/process/oomScoreAdj: must be -1000 to 1000, is -1001"},
      {"oom score at the edge", [](Config& c) { c.process->oom_score_adj = -1000; }, ""},
      {"io priority", [](Config& c) { c.process->io_priority = IoPriority{.priority = 8}; },
       "/process/ioPriority/priority: must be 0 to 7, is 8"},
      {"affinity",
       [](Config& c) { c.process->exec_cpu_affinity = ExecCpuAffinity{.initial = "0-x"}; },
       "/process/execCPUAffinity/initial: \"0-x\" is not a list of CPUs like \"0-3,7\""},
  };
  expect_errors(rows);
}

TEST(Validate, Scheduler) {
  using enum SchedulerPolicy;
  const auto with = [](Scheduler scheduler) {
    return [scheduler](Config& c) { c.process->scheduler = scheduler; };
  };
  const BrokenRule rows[] = {
      {"nice", with({.policy = kBatch, .nice = 20}),
       "/process/scheduler/nice: must be -20 to 19, is 20"},
      {"priority 0 for FIFO", with({.policy = kFifo}),
       "/process/scheduler/priority: must be 1 to 99 for \"SCHED_FIFO\", is 0"},
      {"priority for OTHER", with({.policy = kOther, .priority = 1}),
       "/process/scheduler/priority: has no meaning for \"SCHED_OTHER\""},
      {"runtime for RR", with({.policy = kRr, .priority = 1, .runtime = 1}),
       "/process/scheduler/runtime: has no meaning for \"SCHED_RR\""},
      {"period for OTHER", with({.policy = kOther, .period = 1}),
       "/process/scheduler/period: has no meaning for \"SCHED_OTHER\""},
      {"deadline", with({.policy = kDeadline, .runtime = 1, .deadline = 2, .period = 3}), ""},
  };
  expect_errors(rows);
}

TEST(Validate, Mounts) {
  const auto with = [](Mount mount) {
    return [mount](Config& c) { c.mounts = {{.destination = "/p", .type = "proc"}, mount}; };
  };
  const IdMapping map{.container_id = 0, .host_id = 1, .size = 1};
  const BrokenRule rows[] = {
      {"empty destination", with({.type = "tmpfs"}), "/mounts/1/destination: must not be empty"},
      {"relative destination", with({.destination = "a", .type = "tmpfs"}), ""},
      {"over the root", with({.destination = "/a/..", .type = "tmpfs"}),
       "/mounts/1/destination: the container's root cannot be mounted over"},
      {"over the root, with propagation", with({.destination = "/", .options = {"rshared"}}),
       "/mounts/1/destination: the container's root cannot be mounted over"},
      {"the root changed", with({.destination = "/", .options = {"remount", "rshared"}}), ""},
      {"propagation is no mount", with({.destination = "/a", .options = {"rshared"}}),
       "/mounts/1: missing \"type\", and no option \"bind\" or \"rbind\""},
      {"no type", with({.destination = "/a", .source = "x"}),
       "/mounts/1: missing \"type\", and no option \"bind\" or \"rbind\""},
      {"bind without source", with({.destination = "/a", .options = {"rbind"}}),
       "/mounts/1: a bind mount needs a \"source\""},
      {"type bind", with({.destination = "/a", .type = "bind"}),
       "/mounts/1: a bind mount needs a \"source\""},
      {"bind without type", with({.destination = "/a", .source = "/x", .options = {"bind"}}), ""},
      {"remount", with({.destination = "/a", .options = {"remount", "ro"}}), ""},
      {"one mapping kind",
       with({.destination = "/a", .source = "/x", .options = {"bind"}, .uid_mappings = {map}}),
       "/mounts/1: \"uidMappings\" and \"gidMappings\" must come together"},
      {"idmap with the container's mapping",
       with({.destination = "/a", .source = "/x", .options = {"bind", "idmap"}}), ""},
      {"idmap without any mapping",
       [](Config& c) {
         c.linux_.reset(), c.hostname = "";
         c.mounts = {{.destination = "/a", .source = "/x", .options = {"bind", "ridmap"}}};
       },
       "/mounts/0/options: \"idmap\" needs mappings or a user namespace"},
      {"idmap of a filesystem", with({.destination = "/a", .type = "tmpfs", .options = {"idmap"}}),
       "/mounts/1: only a bind mount can be id-mapped"},
      {"mappings of what is there",
       with({.destination = "/a",
             .source = "/x",
             .options = {"bind", "remount"},
             .uid_mappings = {map},
             .gid_mappings = {map}}),
       "/mounts/1: only a bind mount can be id-mapped"},
      {"an option of a filesystem for a bind",
       with({.destination = "/a", .source = "/x", .options = {"ro", "rbind", "size=4k"}}),
       "/mounts/1/options/2: \"size=4k\" is an option of filesystems, not of bind mounts"},
      {"an option of a filesystem for type bind",
       with({.destination = "/a", .type = "bind", .source = "/x", .options = {"uid=1"}}),
       "/mounts/1/options/0: \"uid=1\" is an option of filesystems, not of bind mounts"},
      {"empty mapping",
       with({.destination = "/a",
             .source = "/x",
             .options = {"bind"},
             .uid_mappings = {IdMapping{}},
             .gid_mappings = {map}}),
       "/mounts/1/uidMappings/0/size: must not be 0"},
      {"copy up", with({.destination = "/a", .type = "tmpfs", .options = {"tmpcopyup"}}), ""},
      {"copy up into a bind mount",
       with({.destination = "/a",
             .type = "tmpfs",
             .source = "/b",
             .options = {"bind", "tmpcopyup"}}),
       "/mounts/1/options: \"tmpcopyup\" can be used only with tmpfs"},
      {"copy up into another type",
       with({.destination = "/a", .type = "proc", .options = {"tmpcopyup"}}),
       "/mounts/1/options: \"tmpcopyup\" can be used only with tmpfs"},
      {"copy up into what is there",
       with({.destination = "/a", .type = "tmpfs", .options = {"remount", "tmpcopyup"}}),
       "/mounts/1/options: \"tmpcopyup\" can be used only with tmpfs"},
  };
  expect_errors(rows);
}

TEST(Validate, Hooks) {
  const BrokenRule rows[] = {
      {"relative path", [](Config& c) { c.hooks.create_container = {{.path = "h"}}; },
       "/hooks/createContainer/0/path: must be an absolute path, is \"h\""},
      {"timeout 0",
       [](Config& c) {
         c.hooks.poststop = {{.path = "/h"}, {.path = "/h", .timeout = 0}};
       },
       "/hooks/poststop/1/timeout: must be above 0 seconds, is 0"},
      {"timeout negative", [](Config& c) { c.hooks.prestart = {{.path = "/h", .timeout = -1}}; },
       "/hooks/prestart/0/timeout: must be above 0 seconds, is -1"},
      {"timeout 1", [](Config& c) { c.hooks.prestart = {{.path = "/h", .timeout = 1}}; }, ""},
  };
  expect_errors(rows);
}

TEST(Validate, ThePositionIsThatOfTheInnermostValueThatIsThere) {
  const auto at = [](std::string_view text) {
    const auto error =
        test::thrown_by([&] { validate(Process{.args = {"sh"}, .cwd = "x"}, "p.json", text); });
    return std::string(error->what()) + " " + std::to_string(error->facts().line);
  };
  const std::string rest = ": /cwd: must be an absolute path, is \"x\" ";
  EXPECT_EQ(at("{\n  \"args\": [],\n  \"cwd\": \"x\"}"), "p.json:3:10" + rest + "3");
  EXPECT_EQ(at(" {}"), "p.json:1:2" + rest + "1");
  EXPECT_EQ(at(""), "p.json" + rest + "0");
}

TEST(Validate, ProcessDocumentPointsFromItsRoot) {
  EXPECT_EQ(test::error_of([] { validate(Process{.args = {"sh"}, .cwd = "x"}, "process.json"); }),
            "process.json: /cwd: must be an absolute path, is \"x\"");
}

TEST(Validate, ResourcesDocumentPointsFromItsRoot) {
  EXPECT_EQ(test::error_of([] { validate(Resources{.cpu = Cpu{.idle = 2}}, "-"); }),
            "-: /cpu/idle: must be 0 or 1, is 2");
}

}  // namespace
}  // namespace rt::spec

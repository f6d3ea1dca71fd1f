// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/plan.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace rt {
namespace {

// Every field differs from its default, so that one that the codec forgets shows.
InitPlan full_plan() {
  InitPlan p;
  p.namespaces = {.created = 1,
                  .joined = {2, 3},
                  .new_cgroup = 1,
                  .two_stages = 1,
                  .become_root = 1,
                  .has_mounts = 1,
                  .loopback_up = 1,
                  .time_offsets = "monotonic"};
  p.rootfs = {.host_path = "/r",
              .device = 4,
              .inode = ~0ULL,
              .enter = EnterRoot::kMove,
              .read_only = 1,
              .has_propagation = 1,
              .propagation = {.kind = 5, .recursive = 1}};
  p.mounts = {{.kind = MountKind::kTree,
               .destination = "/d",
               .type = "t",
               .source = "s",
               .options = {"a", "b=c"},
               .change = {.set = 6, .clear = 7, .recursive_set = 8, .recursive_clear = 9},
               .propagation = {{.kind = 10, .recursive = 1}},
               .links = {{"l", "m"}},
               .read_only_last = 1,
               .label = "lb",
               .copy_up = 1,
               .origin = "/mounts/0"}};
  p.devices = {{.path = "/dev/x",
                .type = 11,
                .mode = 12,
                .major = 13,
                .minor = 14,
                .uid = 15,
                .gid = 16,
                .bind = 1,
                .origin = "/linux/devices/0"}};
  p.masked_paths = {"/m"};
  p.readonly_paths = {"/ro"};
  p.sysctls = {{"o", "k", "v"}};
  p.hostname = "h";
  p.domainname = "dn";
  p.process.args = {"sh", "", std::string("nul\0inside", 10)};
  p.process.env = {"A=b"};
  p.process.cwd = "/c";
  p.process.identity = {
      .uid = 17,
      .gid = 18,
      .groups = {19, 20},
      .set_groups = Groups::kKeep,
      .has_umask = 1,
      .umask = 022,
      .capabilities = {
          .bounding = 21, .effective = 22, .inheritable = 23, .permitted = 24, .ambient = 25}};
  p.process.seccomp = {.program = std::string(64, '\xff'), .flags = 26, .listener = 1};
  p.process.terminal = {.enabled = 1, .console = 0, .height = 27, .width = 28, .owner = 29};
  p.process.keyring = "_ses.x";
  p.process.kept_fds = 30;
  p.process.no_new_privs = 1;
  p.process.apparmor_profile = "ap";
  p.process.selinux_label = "sl";
  p.process.rlimits = {{.resource = 31, .soft = 32, .hard = ~0ULL}};
  p.process.scheduler = SchedulerPlan{.policy = 34,
                                      .flags = 35,
                                      .nice = -36,
                                      .priority = 37,
                                      .runtime = 38,
                                      .deadline = 39,
                                      .period = ~0ULL};
  p.process.io_priority = IoPriorityPlan{.io_class = 40, .level = 41};
  p.process.memory_policy = MemoryPolicyPlan{.mode = 42, .nodes = {43, ~0ULL}};
  p.process.personality = 44;
  p.create_container = {.list = {{.path = "/h", .args = {"h"}, .env = {{"E=f"}}, .timeout = 33}},
                        .state_before_pid = "{",
                        .state_after_pid = "}"};
  p.start_container = {.list = {{.path = "/i"}}, .state_before_pid = "<", .state_after_pid = ">"};
  p.bundle = "/b";
  p.dev_is_ours = 0;
  p.runtime_hooks = 1;
  p.mounts_inside = 1;
  p.trees = {{.source = "/src",
              .change = {.set = 45},
              .propagation = {{.kind = 46, .recursive = 1}},
              .recursive = 1,
              .follow_link = 0,
              .keep_peers = 1,
              .device = DeviceStep{.path = "/dev/x", .minor = 47}}};
  p.namespaces.traceable = 1;
  p.namespaces.root_uid = 49;
  p.namespaces.root_gid = 50;
  p.namespaces.oom_score_adj = -48;
  p.mounts[0].has_fallback = 1;
  return p;
}

TEST(PlanCodec, BringsEveryFieldAcross) {
  const std::string bytes = encode_plan(full_plan());
  const InitPlan got = decode_plan(bytes);
  EXPECT_EQ(encode_plan(got), bytes);
  // The same bytes could come of forgetting a field on both ways: look at one of each struct.
  EXPECT_EQ(got.namespaces.time_offsets, "monotonic");
  EXPECT_EQ(got.namespaces.loopback_up, 1);
  EXPECT_EQ(got.rootfs.inode, ~0ULL);
  EXPECT_EQ(got.rootfs.propagation.kind, 5U);
  ASSERT_EQ(got.mounts.size(), 1U);
  EXPECT_EQ(got.mounts[0].kind, MountKind::kTree);
  EXPECT_EQ(got.mounts[0].options, (std::vector<std::string>{"a", "b=c"}));
  EXPECT_EQ(got.mounts[0].change.recursive_clear, 9U);
  EXPECT_EQ(got.mounts[0].links[0].second, "m");
  EXPECT_EQ(got.mounts[0].read_only_last, 1);
  EXPECT_EQ(got.mounts[0].copy_up, 1);
  EXPECT_EQ(got.devices[0].origin, "/linux/devices/0");
  EXPECT_EQ(got.sysctls[0].value, "v");
  EXPECT_EQ(got.mounts[0].origin, "/mounts/0");
  EXPECT_EQ(got.process.args[2].size(), 10U);
  EXPECT_EQ(got.process.identity.capabilities.ambient, 25U);
  EXPECT_EQ(got.process.identity.groups, (std::vector<std::uint32_t>{19, 20}));
  EXPECT_EQ(got.process.seccomp.listener, 1);
  EXPECT_EQ(got.process.terminal.owner, 29U);
  EXPECT_EQ(got.process.rlimits[0].hard, ~0ULL);
  EXPECT_EQ(got.process.scheduler->nice, -36);
  EXPECT_EQ(got.process.scheduler->period, ~0ULL);
  EXPECT_EQ(got.process.io_priority->level, 41);
  EXPECT_EQ(got.process.memory_policy->nodes, (std::vector<std::uint64_t>{43, ~0ULL}));
  EXPECT_EQ(got.process.personality, 44U);
  EXPECT_EQ(got.create_container.list[0].timeout, 33);
  EXPECT_EQ(got.create_container.list[0].env->front(), "E=f");
  EXPECT_FALSE(got.start_container.list[0].env.has_value());
  EXPECT_EQ(got.start_container.state_after_pid, ">");
  EXPECT_EQ(got.dev_is_ours, 0);
  EXPECT_EQ(got.runtime_hooks, 1);
  EXPECT_EQ(got.mounts_inside, 1);
  ASSERT_EQ(got.trees.size(), 1U);
  EXPECT_EQ(got.trees[0].propagation[0].kind, 46U);
  EXPECT_EQ(got.trees[0].keep_peers, 1);
  EXPECT_EQ(got.trees[0].device->minor, 47U);
  EXPECT_EQ(got.namespaces.traceable, 1);
  EXPECT_EQ(got.namespaces.root_gid, 50U);
  EXPECT_EQ(got.namespaces.oom_score_adj, -48);
  EXPECT_EQ(got.mounts[0].has_fallback, 1);
}

TEST(PlanCodec, LargeFieldsAreNeverCut) {
  for (const std::size_t size : {65535UL, 65536UL, 65537UL, 1048576UL}) {
    InitPlan plan;
    plan.process.env = {std::string(size, 'x')};
    plan.namespaces.time_offsets = std::string(size, 'y');
    const InitPlan got = decode_plan(encode_plan(plan));
    EXPECT_EQ(got.process.env[0].size(), size);
    EXPECT_EQ(got.namespaces.time_offsets.size(), size);
  }
}

TEST(PlanCodec, RefusesEveryTruncationAndTrailingBytes) {
  const std::string bytes = encode_plan(full_plan());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    try {
      (void)decode_plan(std::string_view(bytes).substr(0, size));
      ADD_FAILURE() << "accepted " << size << " of " << bytes.size() << " bytes";
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), Code::kProtocol);
    }
  }
  EXPECT_THROW((void)decode_plan(bytes + "x"), Error);
}

TEST(PlanCodec, AHugeCountIsRefusedBeforeMemoryIsTaken) {
  std::string bytes = encode_plan(full_plan());
  for (std::size_t at = 0; at + 4 <= bytes.size(); ++at) {
    std::string bad = bytes;
    bad.replace(at, 4, "\xff\xff\xff\x7f");
    try {
      (void)decode_plan(bad);
    } catch (const Error&) {  // most positions are lengths or counts; none may crash or hang
      continue;
    }
  }
}

}  // namespace
}  // namespace rt

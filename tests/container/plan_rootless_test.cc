// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include "runtime/base/error.h"
#include "runtime/container/make_plan.h"
#include "spec/defaults.h"

namespace rt {
namespace {

using spec::NamespaceType;

HostFacts user_on(CgroupHost cgroups) {
  return {.cgroups = std::move(cgroups),
          .capabilities = {.known = ~0ULL, .bounding = ~0ULL, .permitted = 0},
          .authority = {.ids = {.uid = 1000, .gid = 1000, .any_id = false}, .mounts = false},
          .bundle = "/b",
          .rootfs = "/b/rootfs"};
}

HostFacts user_on_v2() {
  return user_on(parse_unified("0::/user/me\n", "/sys/fs/cgroup"));
}

HostFacts user_on_v1() {
  return user_on(
      {.hierarchies = {{.controllers = {"memory"}, .mount_point = "/sys/fs/cgroup/memory"},
                       {.controllers = {"pids"}, .mount_point = "/sys/fs/cgroup/pids"}}});
}

spec::Config example() {
  return spec::example({.rootless = spec::Rootless::kYes, .host_uid = 1000, .host_gid = 1000});
}

ContainerPlan plan_for_user(const spec::Config& config, const HostFacts& host = user_on_v2()) {
  return make_plan(config, {.name = {.root = "/run/rt", .id = "c1"}}, host);
}

// The pointer of the error, "" when there is none.
std::string pointer_of(const spec::Config& config, const HostFacts& host = user_on_v2()) {
  try {
    (void)plan_for_user(config, host);
  } catch (const Error& e) {
    return e.facts().pointer;
  }
  return {};
}

TEST(PlanRootless, Stage1OpensWhatTheRuntimeMayNot) {
  spec::Config config = example();
  config.mounts.push_back({.destination = "/data", .source = "data", .options = {"bind"}});
  const ContainerPlan plan = plan_for_user(config);
  EXPECT_EQ(plan.init.mounts_inside, 1);
  EXPECT_TRUE(plan.trees.empty());
  ASSERT_GE(plan.init.trees.size(), 8U);  // /sys, /data, six devices
  EXPECT_EQ(plan.init.trees[0].source, "/sys");
  EXPECT_EQ(plan.init.trees[1].source, "/b/data");
  EXPECT_EQ(plan.init.trees.back().device->path, "/dev/tty");
}

TEST(PlanRootless, RootOpensThemItself) {
  HostFacts root = user_on_v2();
  root.authority = {};
  const ContainerPlan plan = plan_for_user(example(), root);
  EXPECT_EQ(plan.init.mounts_inside, 0);
  EXPECT_TRUE(plan.init.trees.empty());
  EXPECT_FALSE(plan.trees.empty());
  EXPECT_EQ(plan.init.namespaces.traceable, 0);
}

TEST(PlanRootless, WhatIsRefusedIsNamed) {
  const struct {
    const char* name;
    void (*change)(spec::Config&);
    std::string pointer;
  } rows[] = {
      {"nothing", [](spec::Config&) {}, ""},
      {"no user namespace",
       [](spec::Config& c) {
         std::erase_if(c.linux_->namespaces,
                       [](const auto& one) { return one.type == NamespaceType::kUser; });
       },
       "/linux/namespaces"},
      {"additional groups", [](spec::Config& c) { c.process->user.additional_gids = {0}; },
       "/process/user/additionalGids"},
      {"a user that is not mapped", [](spec::Config& c) { c.process->user.uid = 1; },
       "/process/user/uid"},
      {"a group that is not mapped", [](spec::Config& c) { c.process->user.gid = 1; },
       "/process/user/gid"},
      {"a mount option with such a group",
       [](spec::Config& c) { c.mounts[2].options.emplace_back("gid=5"); }, "/mounts/2/options"},
      {"an id-mapped mount",
       [](spec::Config& c) {
         c.mounts[1] = {.destination = "/m", .source = "/m", .options = {"bind", "idmap"}};
       },
       "/mounts/1"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    spec::Config config = example();
    row.change(config);
    EXPECT_EQ(pointer_of(config), row.pointer);
  }
}

TEST(PlanRootless, TheWindowForTracersIsForANewUserNamespaceOnly) {
  spec::Config config = example();
  EXPECT_EQ(plan_for_user(config).init.namespaces.traceable, 1);
  config.linux_->uid_mappings.clear();
  config.linux_->gid_mappings.clear();
  for (spec::Namespace& one : config.linux_->namespaces) {
    if (one.type == NamespaceType::kUser) one.path = "/proc/1/ns/user";
  }
  const ContainerPlan joined = plan_for_user(config);
  EXPECT_EQ(joined.init.namespaces.traceable, 0);
  EXPECT_EQ(joined.init.process.identity.set_groups, Groups::kSetIfAllowed);
}

TEST(PlanRootless, AMapWithoutRootTakesAnotherOfItsIds) {
  spec::Config config = example();
  config.linux_->uid_mappings[0].container_id = config.linux_->gid_mappings[0].container_id = 7;
  config.process->user = {.uid = 7, .gid = 7};
  EXPECT_EQ(plan_for_user(config).init.namespaces.root_uid, 7U);
  EXPECT_EQ(plan_for_user(config).init.namespaces.root_gid, 7U);
  EXPECT_EQ(plan_for_user(example()).init.namespaces.root_uid, 0U);
}

TEST(PlanRootless, FallbacksWhereTheNamespaceIsNotItsOwn) {
  const auto has_fallback = [](const spec::Config& config, const char* type) {
    for (const MountStep& step : plan_for_user(config).init.mounts) {
      if (step.type == type) return step.has_fallback != 0;
    }
    return false;
  };
  spec::Config config = example();
  config.mounts.push_back({.destination = "/s", .type = "sysfs", .source = "sysfs"});
  EXPECT_TRUE(has_fallback(config, "sysfs"));
  EXPECT_FALSE(has_fallback(config, "proc"));
  config.linux_->namespaces.push_back({NamespaceType::kNetwork, ""});
  EXPECT_FALSE(has_fallback(config, "sysfs"));
  std::erase_if(config.linux_->namespaces,
                [](const auto& one) { return one.type == NamespaceType::kPid; });
  EXPECT_TRUE(has_fallback(config, "proc"));
  config.linux_->namespaces.push_back({NamespaceType::kPid, "/proc/1/ns/pid"});
  EXPECT_FALSE(has_fallback(config, "proc"));
}

// CVE-2023-25809: the cgroups below a bound /sys are the caller's.
TEST(PlanRootless, AReadOnlySysIsSoToTheBottom) {
  const ContainerPlan plan = plan_for_user(example());
  EXPECT_NE(plan.init.trees[0].change.recursive_set & MOUNT_ATTR_RDONLY, 0U);
}

TEST(PlanRootless, ClosedCgroupsAreLeftOutWhereNothingIsAskedOfThem) {
  HostFacts host = user_on_v1();
  host.closed_cgroups = {0};
  spec::Config config = example();
  ContainerPlan plan = plan_for_user(config, host);
  ASSERT_EQ(plan.cgroup.places.size(), 1U);
  EXPECT_EQ(plan.cgroup.places[0].controllers, std::vector<std::string>{"pids"});
  EXPECT_EQ(plan.warnings.size(), 1U);
  host.closed_cgroups = {0, 1};
  plan = plan_for_user(config, host);
  EXPECT_TRUE(plan.cgroup.places.empty());

  config.linux_->cgroups_path = "/x";
  EXPECT_EQ(pointer_of(config, host), "/linux/cgroupsPath");
  config.linux_->cgroups_path.clear();
  config.linux_->resources = spec::Resources{.pids = spec::Pids{.limit = spec::Limit{5U}}};
  EXPECT_EQ(pointer_of(config, host), "/linux/resources");
  host.closed_cgroups = {0};
  EXPECT_EQ(plan_for_user(config, host).cgroup.writes.size(), 1U);
}

// RD-09.
TEST(PlanRootless, DeviceRulesAreLeftOutWithAWarning) {
  spec::Config config = example();
  EXPECT_TRUE(plan_for_user(config).cgroup.device_program.empty());
  EXPECT_TRUE(plan_for_user(config).warnings.empty());
  config.linux_->resources = spec::Resources{.devices = {{.allow = false, .access = "rwm"}}};
  EXPECT_TRUE(plan_for_user(config).cgroup.device_program.empty());
  EXPECT_EQ(plan_for_user(config).warnings.size(), 1U);
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/container/make_plan.h"
#include "spec/defaults.h"

namespace rt {
namespace {

HostFacts host_with(LsmState apparmor, LsmState selinux) {
  return {.cgroups = parse_unified("0::/user/me\n", "/sys/fs/cgroup"),
          .capabilities = {.known = ~0ULL, .bounding = ~0ULL, .permitted = ~0ULL},
          .lsms = {apparmor, selinux},
          .bundle = "/b",
          .rootfs = "/b/rootfs"};
}

ContainerPlan labelled_plan(const spec::Config& config, const HostFacts& host) {
  return make_plan(config, {.name = {.root = "/run/rt", .id = "c1"}}, host);
}

std::string options_of(const spec::Config& config, const std::string& type) {
  const ContainerPlan plan =
      labelled_plan(config, host_with(LsmState::kMissing, LsmState::kEnabled));
  for (const MountStep& step : plan.init.mounts) {
    if (step.type != type) continue;
    std::string out;
    for (const std::string& option : step.options) out += option + " ";
    return out + "[" + step.label + "]";
  }
  return "no such mount";
}

TEST(PlanLabels, OfTheProcessAreHandedOn) {
  spec::Config config = spec::example({});
  config.process->apparmor_profile = "p";
  config.process->selinux_label = "u:r:t:s0";
  const ContainerPlan plan =
      labelled_plan(config, host_with(LsmState::kEnabled, LsmState::kEnabled));
  EXPECT_EQ(plan.init.process.apparmor_profile, "p");
  EXPECT_EQ(plan.init.process.selinux_label, "u:r:t:s0");
}

TEST(PlanLabels, NeedTheirModule) {
  const struct {
    const char* pointer;
    void (*ask)(spec::Config&);
  } rows[] = {
      {"/process/apparmorProfile", [](spec::Config& c) { c.process->apparmor_profile = "p"; }},
      {"/process/selinuxLabel", [](spec::Config& c) { c.process->selinux_label = "u:r:t"; }},
      {"/linux/mountLabel", [](spec::Config& c) { c.linux_->mount_label = "u:r:t"; }},
  };
  for (const auto& row : rows) {
    spec::Config config = spec::example({});
    row.ask(config);
    try {
      (void)labelled_plan(config, host_with(LsmState::kDisabled, LsmState::kMissing));
      ADD_FAILURE() << row.pointer;
    } catch (const Error& e) {
      EXPECT_EQ(e.facts().pointer, row.pointer);
      EXPECT_EQ(e.code(), Code::kUnsupported);
    }
  }
}

// MNT-16. The label has commas; as an option of its own it needs no quotes.
TEST(PlanLabels, OfMountsGoToTheTypesThatTakeThem) {
  spec::Config config = spec::example({});
  config.linux_->mount_label = "u:r:t:s0:c1,c2";
  config.mounts = {{.destination = "/proc", .type = "proc", .source = "proc"},
                   {.destination = "/sys", .type = "sysfs", .source = "sysfs"},
                   {.destination = "/c", .type = "cgroup2", .source = "cgroup2"},
                   {.destination = "/t", .type = "tmpfs", .source = "t", .options = {"size=1k"}},
                   {.destination = "/dev/pts", .type = "devpts", .source = "devpts"},
                   {.destination = "/dev/mqueue", .type = "mqueue", .source = "mqueue"},
                   {.destination = "/b", .source = "/", .options = {"bind"}}};
  EXPECT_EQ(options_of(config, "proc"), "[]");
  EXPECT_EQ(options_of(config, "sysfs"), "[]");
  EXPECT_EQ(options_of(config, "cgroup2"), "[]");
  EXPECT_EQ(options_of(config, "tmpfs"), "size=1k context=u:r:t:s0:c1,c2 []");
  EXPECT_EQ(options_of(config, "devpts"), "context=u:r:t:s0:c1,c2 []");
  EXPECT_EQ(options_of(config, "mqueue"), "[u:r:t:s0:c1,c2]");
  EXPECT_EQ(options_of(config, ""), "[]");
}

TEST(PlanLabels, AContextOfTheMountIsStronger) {
  spec::Config config = spec::example({});
  config.linux_->mount_label = "u:r:t:s0";
  const auto with = [&](const std::string& option) {
    config.mounts = {{.destination = "/t", .type = "tmpfs", .source = "t", .options = {option}}};
    return options_of(config, "tmpfs");
  };
  EXPECT_EQ(with("context=\"u:r:own:s0:c1,c2\""), "context=u:r:own:s0:c1,c2 []");
  EXPECT_EQ(with("context=u:r:own"), "context=u:r:own []");
  EXPECT_EQ(with("rootcontext=\"u:r:own\""), "rootcontext=u:r:own context=u:r:t:s0 []");
  EXPECT_EQ(with("nocontext=\"x"), "nocontext=\"x context=u:r:t:s0 []");
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/make_plan.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "spec/defaults.h"

namespace rt {
namespace {

using spec::NamespaceType;

HostFacts pure_v2() {
  return {.cgroups = parse_unified("0::/user/me\n", "/sys/fs/cgroup"),
          .capabilities = {.known = ~0ULL, .bounding = ~0ULL, .permitted = ~0ULL},
          .bundle = "/b",
          .rootfs = "/b/rootfs"};
}

HostFacts v1() {
  HostFacts out = pure_v2();
  out.cgroups.hierarchies = {
      {.controllers = {"cpu", "cpuacct"}, .mount_point = "/sys/fs/cgroup/cpu,cpuacct"},
      {.controllers = {"memory"}, .mount_point = "/sys/fs/cgroup/memory"}};
  return out;
}

ContainerPlan plan_of(const spec::Config& config, const HostFacts& host = pure_v2(),
                      const CreateOptions& options = {.name = {.root = "/run/rt", .id = "c1"}}) {
  return make_plan(config, options, host);
}

const MountStep* step_at(const ContainerPlan& plan, const std::string& destination) {
  for (const MountStep& step : plan.init.mounts) {
    if (step.destination == destination) return &step;
  }
  return nullptr;
}

TEST(DemandKernel, NeedsFiveFourteen) {
  for (const char* good : {"5.14.0", "5.14", "5.15.0-1-amd64", "6.1.0", "10.0", "5.14-rc1"}) {
    EXPECT_NO_THROW(demand_kernel(good)) << good;
  }
  for (const char* old : {"5.13.19", "4.18.0-553.el8", "5.4", "5", "", "x.y"}) {
    EXPECT_THROW(demand_kernel(old), Error) << old;
  }
}

TEST(PlanNamespaces, OneCloneUnlessSomebodyMustActBetween) {
  const struct {
    const char* name;
    std::vector<spec::Namespace> list;
    std::uint32_t created;
    int two_stages;
  } rows[] = {
      {"plain",
       {{NamespaceType::kPid, ""}, {NamespaceType::kMount, ""}},
       CLONE_NEWPID | CLONE_NEWNS,
       0},
      {"cgroup is made late",
       {{NamespaceType::kCgroup, ""}, {NamespaceType::kMount, ""}},
       CLONE_NEWNS,
       0},
      {"user",
       {{NamespaceType::kUser, ""}, {NamespaceType::kMount, ""}},
       CLONE_NEWUSER | CLONE_NEWNS,
       1},
      {"time",
       {{NamespaceType::kTime, ""}, {NamespaceType::kMount, ""}},
       CLONE_NEWTIME | CLONE_NEWNS,
       1},
      {"joined", {{NamespaceType::kNetwork, "/n"}, {NamespaceType::kMount, ""}}, CLONE_NEWNS, 0},
      {"joined pid", {{NamespaceType::kPid, "/p"}, {NamespaceType::kMount, ""}}, CLONE_NEWNS, 1},
      {"joined user", {{NamespaceType::kUser, "/u"}, {NamespaceType::kMount, ""}}, CLONE_NEWNS, 1},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    spec::Config config = spec::example({});
    config.linux_->namespaces = row.list;
    ContainerPlan plan;
    plan_namespaces(config, plan);
    EXPECT_EQ(plan.init.namespaces.created, row.created);
    EXPECT_EQ(plan.init.namespaces.two_stages, row.two_stages);
  }
}

TEST(PlanNamespaces, LoopbackOnlyInANewNetwork) {
  for (const char* path : {"", "/n"}) {
    spec::Config config = spec::example({});
    config.linux_->namespaces = {{NamespaceType::kNetwork, path}};
    ContainerPlan plan;
    plan_namespaces(config, plan);
    EXPECT_EQ(plan.init.namespaces.loopback_up, *path == '\0' ? 1 : 0);
  }
}

TEST(PlanRootfs, WithoutAMountNamespaceNothingMayBeMounted) {
  spec::Config config = spec::example({});
  config.linux_->namespaces.clear();
  config.hostname.clear();
  config.mounts.clear();
  config.root->readonly = false;
  config.linux_->masked_paths.clear();
  config.linux_->readonly_paths.clear();
  EXPECT_EQ(plan_of(config).init.rootfs.enter, EnterRoot::kChroot);
  const struct {
    const char* name;
    void (*change)(spec::Config& config);
  } rows[] = {
      {"mount", [](spec::Config& c) { c.mounts.push_back({.destination = "/m"}); }},
      {"root", [](spec::Config& c) { c.root->readonly = true; }},
      {"masked", [](spec::Config& c) { c.linux_->masked_paths = {"/m"}; }},
      {"read-only", [](spec::Config& c) { c.linux_->readonly_paths = {"/r"}; }},
      {"propagation", [](spec::Config& c) { c.linux_->rootfs_propagation.emplace(); }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    spec::Config changed = config;
    row.change(changed);
    try {
      (void)plan_of(changed);
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.facts().pointer, "/linux/namespaces");
      EXPECT_TRUE(std::string(error.what()).starts_with("/linux/namespaces: mounts, a read-only"));
    }
  }
}

TEST(PlanMounts, ReadOnlyTmpfsIsClosedLast) {
  spec::Config config = spec::example({});
  config.mounts.push_back(
      {.destination = "/t", .type = "tmpfs", .source = "tmpfs", .options = {"ro", "size=1m"}});
  config.mounts.push_back(
      {.destination = "/p", .type = "proc", .source = "proc", .options = {"ro"}});
  const ContainerPlan plan = plan_of(config);
  EXPECT_EQ(step_at(plan, "/t")->read_only_last, 1);
  EXPECT_EQ(step_at(plan, "/t")->options, std::vector<std::string>{"size=1m"});
  EXPECT_EQ(step_at(plan, "/p")->read_only_last, 0);
  config.mounts.back() = {.destination = "/r", .type = "tmpfs", .options = {"rro"}};
  EXPECT_EQ(step_at(plan_of(config), "/r")->read_only_last, 1);
}

TEST(PlanMounts, CopyUpIsForTheTmpfsThatAsks) {
  spec::Config config = spec::example({});
  config.mounts = {{.destination = "/a", .type = "tmpfs", .options = {"tmpcopyup"}},
                   {.destination = "/b", .type = "tmpfs"}};
  const ContainerPlan plan = plan_of(config);
  EXPECT_EQ(step_at(plan, "/a")->copy_up, 1);
  EXPECT_TRUE(step_at(plan, "/a")->options.empty());
  EXPECT_EQ(step_at(plan, "/b")->copy_up, 0);
}

TEST(PlanMounts, OptionsDecideWhatABindIs) {
  spec::Config config = spec::example({});
  config.mounts = {
      {.destination = "x/../y", .type = "ext4", .source = "data", .options = {"rbind", "ro"}}};
  const ContainerPlan plan = plan_of(config);
  ASSERT_EQ(plan.trees.size(), 1U);
  EXPECT_TRUE(plan.trees[0].recursive);
  EXPECT_EQ(plan.trees[0].source, "data");
  EXPECT_EQ(plan.trees[0].change.set, std::uint64_t{MOUNT_ATTR_RDONLY});
  EXPECT_EQ(plan.init.mounts[0].kind, MountKind::kTree);
  EXPECT_EQ(plan.init.mounts[0].destination, "/y");
}

TEST(PlanMounts, RemountWithoutBindReachesTheFilesystem) {
  spec::Config config = spec::example({});
  config.mounts = {
      {.destination = "/t", .type = "tmpfs", .options = {"remount", "ro", "size=1m", "sync"}},
      {.destination = "/e", .type = "ext4", .options = {"remount", "rw", "data=x"}},
      {.destination = "/b", .options = {"remount", "bind", "ro", "sync"}}};
  const ContainerPlan plan = plan_of(config);
  using Words = std::vector<std::string>;
  EXPECT_EQ(step_at(plan, "/t")->options, (Words{"sync", "size=1m"}));
  EXPECT_EQ(step_at(plan, "/t")->change.set, std::uint64_t{MOUNT_ATTR_RDONLY});
  EXPECT_EQ(step_at(plan, "/e")->options, (Words{"rw", "data=x"}));
  EXPECT_EQ(step_at(plan, "/b")->options, Words{});
  for (const MountStep& step : plan.init.mounts) EXPECT_EQ(step.kind, MountKind::kRemount);
}

TEST(PlanMounts, EachSaysWhereTheConfigHasIt) {
  spec::Config config = spec::example({});
  config.mounts = {{.destination = "/x", .source = "/data", .options = {"bind"}},
                   {.destination = "y", .type = "tmpfs"}};
  const ContainerPlan plan = plan_of(config);
  EXPECT_EQ(plan.trees[0].origin, "/mounts/0");
  EXPECT_EQ(step_at(plan, "/x")->origin, "/mounts/0");
  EXPECT_EQ(step_at(plan, "/y")->origin, "/mounts/1");
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_EQ(plan.warnings[0],
            "config.json: /mounts/1/destination: \"y\" is relative, \"/\" is put before it");
}

TEST(PlanMounts, ABoundDevIsLeftAlone) {
  spec::Config config = spec::example({});
  config.mounts = {{.destination = "/dev", .source = "/dev", .options = {"rbind"}}};
  config.linux_->devices = {{.path = "/dev/fuse", .major = 10, .minor = 229},
                            {.path = "/srv/fuse", .major = 10, .minor = 229}};
  const ContainerPlan plan = plan_of(config);
  EXPECT_EQ(plan.init.dev_is_ours, 0);
  ASSERT_EQ(plan.init.devices.size(), 1U);
  EXPECT_EQ(plan.init.devices[0].path, "/srv/fuse");
  EXPECT_EQ(plan.init.devices[0].origin, "/linux/devices/1");
}

TEST(PlanMounts, CgroupOnV2) {
  spec::Config config = spec::example({});
  const ContainerPlan own = plan_of(config);
  EXPECT_EQ(step_at(own, "/sys/fs/cgroup")->type, "cgroup2");

  std::erase_if(config.linux_->namespaces,
                [](const spec::Namespace& n) { return n.type == NamespaceType::kCgroup; });
  const ContainerPlan shared = plan_of(config);
  const MountStep* step = step_at(shared, "/sys/fs/cgroup");
  EXPECT_EQ(step->kind, MountKind::kTree);
  EXPECT_NE(step->change.set & MOUNT_ATTR_RDONLY, 0U);
  EXPECT_EQ(shared.trees[0].own_cgroup, 0U);
}

// Mounted in the host's cgroup namespace it would be the host's, options included.
TEST(PlanMounts, CgroupInTheNamespaceOfTheCallerIsTheContainersOwn) {
  spec::Config config = spec::example({});
  for (spec::Namespace& one : config.linux_->namespaces) {
    if (one.type == NamespaceType::kCgroup) one.path = "/proc/self/ns/cgroup";
  }
  HostFacts host = pure_v2();
  EXPECT_EQ(step_at(plan_of(config, host), "/sys/fs/cgroup")->type, "cgroup2");
  host.joins_own_cgroup_namespace = true;
  const ContainerPlan plan = plan_of(config, host);
  EXPECT_EQ(step_at(plan, "/sys/fs/cgroup")->kind, MountKind::kTree);
  EXPECT_NE(step_at(plan, "/sys/fs/cgroup")->change.set & MOUNT_ATTR_RDONLY, 0U);
}

TEST(PlanMounts, CgroupOnV1HasADirectoryAHierarchyAndLinks) {
  const spec::Config config = spec::example({});
  const ContainerPlan plan = plan_of(config, v1());
  const MountStep* tmpfs = step_at(plan, "/sys/fs/cgroup");
  EXPECT_EQ(tmpfs->type, "tmpfs");
  EXPECT_EQ(tmpfs->read_only_last, 1);
  EXPECT_EQ(tmpfs->links.size(), 2U);
  EXPECT_EQ(step_at(plan, "/sys/fs/cgroup/cpu,cpuacct")->options,
            (std::vector<std::string>{"cpu", "cpuacct"}));
  EXPECT_NE(step_at(plan, "/sys/fs/cgroup/memory"), nullptr);
}

TEST(PlanDevices, AConfiguredOneReplacesTheDefault) {
  spec::Config config = spec::example({});
  config.linux_->devices = {{.type = spec::DeviceType::kUnbuffered,
                             .path = "/dev/null",
                             .major = 1,
                             .minor = 5,
                             .file_mode = 0100600,
                             .uid = 7}};
  const ContainerPlan plan = plan_of(config);
  const auto found = std::count_if(plan.init.devices.begin(), plan.init.devices.end(),
                                   [](const DeviceStep& d) { return d.path == "/dev/null"; });
  EXPECT_EQ(found, 1);
  EXPECT_EQ(plan.init.devices.size(), 6U);
  const DeviceStep& last = plan.init.devices.back();
  EXPECT_EQ(last.minor, 5U);
  EXPECT_EQ(last.mode, 0600U);
  EXPECT_EQ(last.type, std::uint32_t{S_IFCHR});
  EXPECT_EQ(last.uid, 7U);
}

TEST(PlanDevices, AUserNamespaceBindsTheHosts) {
  spec::Config config = spec::example({});
  config.linux_->namespaces.push_back({NamespaceType::kUser, ""});
  config.linux_->uid_mappings = config.linux_->gid_mappings = {{0, 100000, 1000}};
  const ContainerPlan plan = plan_of(config);
  EXPECT_EQ(plan.trees.size(), 6U);
  for (const DeviceStep& device : plan.init.devices) EXPECT_EQ(device.bind, 1) << device.path;
}

TEST(PlanDevices, WithoutMknodTheHostsAreBound) {
  HostFacts host = pure_v2();
  const auto bound = [&] {
    const ContainerPlan plan = plan_of(spec::example({}), host);
    return std::count_if(plan.init.devices.begin(), plan.init.devices.end(),
                         [](const DeviceStep& device) { return device.bind == 1; });
  };
  EXPECT_EQ(bound(), 0);
  host.capabilities.permitted &= ~(std::uint64_t{1} << CAP_MKNOD);
  EXPECT_EQ(bound(), 6);
}

TEST(PlanHooks, TheDocumentIsCutWhereThePidGoes) {
  spec::Config config = spec::example({});
  config.hooks.create_container = {{.path = "/h"}};
  config.annotations = {{"pid", "2147483647"}};
  const HookPlan hooks = plan_of(config).init.create_container;
  EXPECT_EQ(hooks.state_before_pid + "1" + hooks.state_after_pid,
            "{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"status\":\"creating\",\"pid\":1,"
            "\"bundle\":\"/b\",\"annotations\":{\"pid\":\"2147483647\"}}");
}

TEST(PlanProcess, ListenFdsAndNotifySocketAreAnnounced) {
  HostFacts host = pure_v2();
  host.listen_fds = 2;
  host.notify_directory = "/run/rt/c1/notify";
  const ContainerPlan plan = plan_of(spec::example({}), host,
                                     {.name = {.root = "/run/rt", .id = "c1"}, .preserve_fds = 3});
  const auto& env = plan.init.process.env;
  EXPECT_EQ(plan.init.process.kept_fds, 5U);
  for (const char* entry :
       {"LISTEN_FDS=2", "LISTEN_PID=1", "NOTIFY_SOCKET=/run/notify/notify.sock"}) {
    EXPECT_NE(std::find(env.begin(), env.end(), entry), env.end()) << entry;
  }
  EXPECT_NE(step_at(plan, "/run/notify"), nullptr);
}

TEST(PlanProcess, SchedulingIsInTheWordsOfTheKernel) {
  spec::Config config = spec::example({});
  config.process->scheduler =
      spec::Scheduler{.policy = spec::SchedulerPolicy::kDeadline,
                      .flags = {spec::SchedulerFlag::kResetOnFork, spec::SchedulerFlag::kReclaim},
                      .runtime = 1,
                      .deadline = 2,
                      .period = 3};
  config.process->io_priority =
      spec::IoPriority{.io_class = spec::IoPriorityClass::kIdle, .priority = 4};
  config.linux_->personality = spec::Personality{.domain = spec::PersonalityDomain::kLinux32};
  const ProcessPlan process = plan_of(config).init.process;
  EXPECT_EQ(process.scheduler->policy, 6U);
  EXPECT_EQ(process.scheduler->flags, 3U);
  EXPECT_EQ(process.scheduler->period, 3U);
  EXPECT_EQ(process.io_priority->io_class, 3);
  EXPECT_EQ(process.io_priority->level, 4);
  EXPECT_EQ(process.personality, 8U);
  EXPECT_FALSE(process.memory_policy);
}

TEST(PlanProcess, MemoryNodesBecomeAMask) {
  spec::Config config = spec::example({});
  config.linux_->memory_policy =
      spec::MemoryPolicy{.mode = spec::MemoryPolicyMode::kInterleave,
                         .nodes = "0-2, 64,127",
                         .flags = {spec::MemoryPolicyFlag::kStaticNodes}};
  const MemoryPolicyPlan got = *plan_of(config).init.process.memory_policy;
  EXPECT_EQ(got.mode, 3U | 1U << 15);
  EXPECT_EQ(got.nodes, (std::vector<std::uint64_t>{7, 1ULL << 63 | 1}));
  config.linux_->memory_policy = spec::MemoryPolicy{};
  EXPECT_TRUE(plan_of(config).init.process.memory_policy->nodes.empty());
}

TEST(PlanProcess, AbsentCapabilitiesAreNone) {
  spec::Config config = spec::example({});
  config.process->capabilities.reset();
  EXPECT_EQ(plan_of(config).init.process.identity.capabilities, CapabilityMasks{});
}

}  // namespace
}  // namespace rt

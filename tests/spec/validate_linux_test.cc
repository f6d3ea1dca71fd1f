// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "spec/validate.h"
#include "tests/spec/good_config.h"

namespace rt::spec {
namespace {

using test::BrokenRule;
using test::expect_errors;

TEST(ValidateLinux, NamespacesAndMappings) {
  using enum NamespaceType;
  const auto drop_user = [](Config& c) {
    std::erase_if(c.linux_->namespaces, [](const Namespace& ns) { return ns.type == kUser; });
  };
  const auto maps = [](std::vector<IdMapping> list) {
    return [list](Config& c) { c.linux_->uid_mappings = list; };
  };
  const BrokenRule rows[] = {
      {"twice", [](Config& c) { c.linux_->namespaces.push_back({.type = kPid}); },
       "/linux/namespaces/7/type: \"pid\" appears twice"},
      {"relative path", [](Config& c) { c.linux_->namespaces[0].path = "ns"; },
       "/linux/namespaces/0/path: must be an absolute path, is \"ns\""},
      {"mappings without user namespace", drop_user, "/linux/uidMappings: needs a user namespace"},
      {"user namespace without gid mappings", [](Config& c) { c.linux_->gid_mappings.clear(); },
       "/linux: a new user namespace needs \"gidMappings\""},
      {"joined user namespace without mappings",
       [](Config& c) {
         c.linux_->namespaces.back().path = "/ns";
         c.linux_->uid_mappings.clear(), c.linux_->gid_mappings.clear();
       },
       ""},
      {"joined user namespace with mappings",
       [](Config& c) { c.linux_->namespaces.back().path = "/ns"; }, ""},
      {"size 0", maps({{0, 0, 0}}), "/linux/uidMappings/0/size: must not be 0"},
      {"whole range", maps({{0, 0, 4294967295}}), ""},
      {"too far inside", maps({{4294967295, 0, 1}}),
       "/linux/uidMappings/0/containerID: the mapping reaches beyond id 4294967294"},
      {"too far outside", maps({{0, 4294967290, 6}}),
       "/linux/uidMappings/0/hostID: the mapping reaches beyond id 4294967294"},
      {"overlap inside", maps({{0, 100, 10}, {9, 200, 1}}),
       "/linux/uidMappings/1: overlaps mapping 0"},
      {"overlap outside", maps({{0, 100, 10}, {10, 109, 1}}),
       "/linux/uidMappings/1: overlaps mapping 0"},
      {"neighbours", maps({{0, 100, 10}, {10, 110, 1}}), ""},
      {"341 lines",
       [](Config& c) {
         c.linux_->gid_mappings.clear();
         for (std::uint32_t i = 0; i < 341; ++i) c.linux_->gid_mappings.push_back({i, i, 1});
       },
       "/linux/gidMappings: more than 340 mappings, the kernel's limit"},
  };
  expect_errors(rows);
}

TEST(ValidateLinux, TimeOffsets) {
  const auto with = [](std::string clock, TimeOffset offset) {
    return [=](Config& c) {
      c.linux_->namespaces.push_back({.type = NamespaceType::kTime});
      c.linux_->time_offsets[clock] = offset;
    };
  };
  const BrokenRule rows[] = {
      {"fine", with("boottime", {.secs = -5, .nanosecs = 999'999'999}), ""},
      {"unknown clock", with("realtime", {}),
       "/linux/timeOffsets/realtime: expected the clock \"monotonic\" or \"boottime\""},
      {"nanoseconds", with("monotonic", {.nanosecs = 1'000'000'000}),
       "/linux/timeOffsets/monotonic/nanosecs: must be below 1000000000, is 1000000000"},
      {"no namespace", [](Config& c) { c.linux_->time_offsets["monotonic"] = {}; },
       "/linux/timeOffsets: needs a new time namespace"},
      {"joined namespace",
       [](Config& c) {
         c.linux_->namespaces.push_back({.type = NamespaceType::kTime, .path = "/ns"});
         c.linux_->time_offsets["monotonic"] = {};
       },
       "/linux/timeOffsets: needs a new time namespace"},
  };
  expect_errors(rows);
}

TEST(ValidateLinux, Devices) {
  const auto with = [](Device device) {
    return [device](Config& c) { c.linux_->devices = {device}; };
  };
  const BrokenRule rows[] = {
      {"fine", with({.path = "/d", .major = 4095, .minor = 1048575, .file_mode = 0100666}), ""},
      {"fifo", with({.type = DeviceType::kFifo, .path = "/d"}), ""},
      {"relative", with({.path = "d", .major = 1, .minor = 1}),
       "/linux/devices/0/path: must be an absolute path, is \"d\""},
      {"no minor", with({.path = "/d", .major = 1}), "/linux/devices/0: missing \"minor\""},
      {"negative", with({.path = "/d", .major = -1, .minor = 0}),
       "/linux/devices/0/major: must be 0 to 4095, is -1"},
      {"too large", with({.path = "/d", .major = 1, .minor = 1048576}),
       "/linux/devices/0/minor: must be 0 to 1048575, is 1048576"},
      {"mode", with({.path = "/d", .major = 1, .minor = 1, .file_mode = 0200000}),
       "/linux/devices/0/fileMode: has bits that no mode has: 65536"},
  };
  expect_errors(rows);
}

TEST(ValidateLinux, NetDevices) {
  const auto with = [](std::string host, std::string inside) {
    return [=](Config& c) { c.linux_->net_devices[host] = {.name = inside}; };
  };
  const BrokenRule rows[] = {
      {"fine", with("eth0", "lan%d"), ""},
      {"slash", with("eth/0", ""), "/linux/netDevices/eth~10: not an interface name"},
      {"long", with("eth0", "abcdefghijklmnop"),
       "/linux/netDevices/eth0/name: \"abcdefghijklmnop\" is not an interface name"},
      {"template", with("eth0", "eth%d"), ""},
      {"not the template", with("eth0", "eth%s"),
       "/linux/netDevices/eth0/name: \"eth%s\" is not an interface name"},
      {"two templates", with("eth0", "%d%d"),
       "/linux/netDevices/eth0/name: \"%d%d\" is not an interface name"},
      {"dots", with("eth0", ".."), "/linux/netDevices/eth0/name: \"..\" is not an interface name"},
      {"no namespace",
       [&](Config& c) {
         with("eth0", "")(c);
         std::erase_if(c.linux_->namespaces,
                       [](const Namespace& ns) { return ns.type == NamespaceType::kNetwork; });
       },
       "/linux/netDevices: needs a network namespace"},
  };
  expect_errors(rows);
}

TEST(ValidateLinux, Sysctl) {
  const auto with = [](std::string key, std::string value) {
    return [=](Config& c) { c.linux_->sysctl[key] = value; };
  };
  const BrokenRule rows[] = {
      {"ipc", with("kernel.shm_rmid_forced", "1"), ""},
      {"slash form", with("net/ipv4/conf/eth0.100/forwarding", "1"), ""},
      {"bad key", with("../x", "1"), "/linux/sysctl/..~1x: not a sysctl key"},
      {"hostname", with("kernel.hostname", "h"), "/linux/sysctl/kernel.hostname: use \"hostname\""},
      {"host wide", with("kernel.core_pattern", "|x"),
       "/linux/sysctl/kernel.core_pattern: belongs to no namespace, it would change the host"},
      {"namespace not listed",
       [&](Config& c) {
         with("net.core.somaxconn", "1")(c);
         std::erase_if(c.linux_->namespaces,
                       [](const Namespace& ns) { return ns.type == NamespaceType::kNetwork; });
       },
       "/linux/sysctl/net.core.somaxconn: needs a namespace of type \"network\""},
      {"two lines", with("net.core.somaxconn", "1\n2"),
       "/linux/sysctl/net.core.somaxconn: the value must be one line"},
  };
  expect_errors(rows);
}

TEST(ValidateLinux, PathsRdtPolicyPersonality) {
  using enum MemoryPolicyMode;
  const auto policy = [](MemoryPolicyMode mode, std::string nodes) {
    return [=](Config& c) { c.linux_->memory_policy = MemoryPolicy{.mode = mode, .nodes = nodes}; };
  };
  const auto rdt = [](IntelRdt value) {
    return [value](Config& c) { c.linux_->intel_rdt = value; };
  };
  const BrokenRule rows[] = {
      {"masked",
       [](Config& c) {
         c.linux_->masked_paths = {"/a", "b"};
       },
       "/linux/maskedPaths/1: must be an absolute path, is \"b\""},
      {"readonly", [](Config& c) { c.linux_->readonly_paths = {""}; },
       "/linux/readonlyPaths/0: must be an absolute path, is \"\""},
      {"root CLOS", rdt({.clos_id = "/", .mem_bw_schema = "MB:0=20"}), ""},
      {"closID", rdt({.clos_id = "a/b"}),
       "/linux/intelRdt/closID: must be \"/\" or one directory name, is \"a/b\""},
      {"closID ..", rdt({.clos_id = ".."}),
       "/linux/intelRdt/closID: must be \"/\" or one directory name, is \"..\""},
      {"memBwSchema", rdt({.mem_bw_schema = "L3:0=f"}),
       "/linux/intelRdt/memBwSchema: must start with \"MB:\""},
      {"memBwSchema lines", rdt({.mem_bw_schema = "MB:0=1\nMB:1=1"}),
       "/linux/intelRdt/memBwSchema: must be one line"},
      {"schemata lines", rdt({.schemata = {"L3:0=f", "a\nb"}}),
       "/linux/intelRdt/schemata/1: must be one line"},
      {"bind without nodes", policy(kBind, ""),
       "/linux/memoryPolicy/nodes: \"MPOL_BIND\" needs nodes"},
      {"local with nodes", policy(kLocal, "0"),
       "/linux/memoryPolicy/nodes: \"MPOL_LOCAL\" takes no nodes"},
      {"preferred with and without", policy(kPreferred, ""), ""},
      {"node syntax", policy(kBind, "0--1"),
       "/linux/memoryPolicy/nodes: \"0--1\" is not a list of nodes like \"0-3,7\""},
      {"last node", policy(kBind, "0,1023"), ""},
      {"node that cannot be", policy(kBind, "0,3-4294967295"),
       "/linux/memoryPolicy/nodes: no kernel has a node 4294967295"},
      {"personality flag",
       [](Config& c) { c.linux_->personality = Personality{.flags = {"ADDR_NO_RANDOMIZE"}}; },
       "/linux/personality/flags: no flag is defined, so the list must be empty"},
  };
  expect_errors(rows);
}

TEST(ValidateLinux, Seccomp) {
  using enum SeccompAction;
  const auto rule = [](SeccompSyscall syscall) {
    return [syscall](Config& c) { c.linux_->seccomp = Seccomp{.syscalls = {syscall}}; };
  };
  const auto whole = [](Seccomp seccomp) {
    return [seccomp](Config& c) { c.linux_->seccomp = seccomp; };
  };
  const BrokenRule rows[] = {
      {"default errno for ALLOW", whole({.default_errno_ret = 1}),
       "/linux/seccomp/defaultErrnoRet: has no meaning for \"SCMP_ACT_ALLOW\""},
      {"default errno for ERRNO", whole({.default_action = kErrno, .default_errno_ret = 0}), ""},
      {"NOTIFY as default", whole({.default_action = kNotify, .listener_path = "/s"}),
       "/linux/seccomp/defaultAction: \"SCMP_ACT_NOTIFY\" cannot be the default"},
      {"metadata without path", whole({.listener_metadata = "m"}),
       "/linux/seccomp/listenerMetadata: needs \"listenerPath\""},
      {"NOTIFY without path", rule({.names = {"mount"}, .action = kNotify}),
       "/linux/seccomp/listenerPath: \"SCMP_ACT_NOTIFY\" needs it"},
      {"WAIT_KILLABLE_RECV without NOTIFY",
       whole({.flags = std::vector{SeccompFlag::kLog, SeccompFlag::kWaitKillableRecv}}),
       "/linux/seccomp/flags/1: \"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\" needs a rule with "
       "\"SCMP_ACT_NOTIFY\""},
      {"no names", rule({}), "/linux/seccomp/syscalls/0/names: must have at least one entry"},
      {"0 is an errno", rule({.names = {"x"}, .action = kTrace, .errno_ret = 0}), ""},
      {"empty name", rule({.names = {"read", ""}}),
       "/linux/seccomp/syscalls/0/names/1: must not be empty"},
      {"errno for KILL", rule({.names = {"x"}, .action = kKill, .errno_ret = 1}),
       "/linux/seccomp/syscalls/0/errnoRet: has no meaning for \"SCMP_ACT_KILL\""},
      {"errno too large", rule({.names = {"x"}, .action = kErrno, .errno_ret = 65536}),
       "/linux/seccomp/syscalls/0/errnoRet: must be at most 65535, is 65536"},
      {"argument 6", rule({.names = {"x"}, .args = {{.index = 5}, {.index = 6}}}),
       "/linux/seccomp/syscalls/0/args/1/index: must be 0 to 5, is 6"},
  };
  expect_errors(rows);
}

TEST(ValidateLinux, Resources) {
  const auto with = [](Resources resources) {
    return [resources](Config& c) { c.linux_->resources = resources; };
  };
  const Limit four(std::uint64_t{4});
  const Limit five(std::uint64_t{5});
  const BrokenRule rows[] = {
      {"wildcards", with({.devices = {{.major = -1, .minor = -1, .access = "r"}}}), ""},
      {"device number", with({.devices = {{.major = -2, .access = "r"}}}),
       "/linux/resources/devices/0/major: must be -1 to 2147483647, is -2"},
      {"device number too large",
       with({.devices = {{.access = "r"}, {.minor = 2147483648, .access = "r"}}}),
       "/linux/resources/devices/1/minor: must be -1 to 2147483647, is 2147483648"},
      {"no access", with({.devices = {{}}}),
       "/linux/resources/devices/0/access: must not be empty"},
      {"access letters", with({.devices = {{.access = "rx"}}}),
       "/linux/resources/devices/0/access: must be letters of \"rwm\", is \"rx\""},
      {"swap below limit", with({.memory = Memory{.limit = five, .swap = four}}),
       "/linux/resources/memory/swap: memory+swap limit should be >= memory limit: 4 < 5"},
      {"swap equal to limit", with({.memory = Memory{.limit = five, .swap = five}}), ""},
      {"unlimited memory", with({.memory = Memory{.limit = Unlimited{}, .swap = four}}), ""},
      {"swappiness", with({.memory = Memory{.swappiness = 101}}),
       "/linux/resources/memory/swappiness: must be 0 to 100, is 101"},
      {"burst", with({.cpu = Cpu{.quota = four, .burst = 5}}),
       "/linux/resources/cpu/burst: must not be above the quota of 4"},
      {"burst without quota", with({.cpu = Cpu{.quota = Unlimited{}, .burst = 5}}), ""},
      {"idle", with({.cpu = Cpu{.idle = -1}}), "/linux/resources/cpu/idle: must be 0 or 1, is -1"},
      {"weight", with({.block_io = BlockIo{.weight = 1001}}),
       "/linux/resources/blockIO/weight: must be at most 1000, is 1001"},
      {"device without weight", with({.block_io = BlockIo{.weight_device = {{.major = 8}}}}),
       "/linux/resources/blockIO/weightDevice/0: needs \"weight\" or \"leafWeight\""},
      {"page size", with({.hugepage_limits = {{.page_size = "2MB"}, {.page_size = "64kB"}}}),
       "/linux/resources/hugepageLimits/1/pageSize: must be a size like \"2MB\", is \"64kB\""},
      {"page size 0", with({.hugepage_limits = {{.page_size = "02MB"}}}),
       "/linux/resources/hugepageLimits/0/pageSize: must be a size like \"2MB\", is \"02MB\""},
      {"rdma", with({.rdma = {{"mlx5_1", {}}}}),
       "/linux/resources/rdma/mlx5_1: needs \"hcaHandles\" or \"hcaObjects\""},
      {"unified path", with({.unified = {{"../memory.high", "1"}}}),
       "/linux/resources/unified/..~1memory.high: a key must not contain \"/\""},
      {"unified without dot", with({.unified = {{"memory", "1"}}}),
       "/linux/resources/unified/memory: a key must be a file name like \"memory.high\""},
  };
  expect_errors(rows);
}

}  // namespace
}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/kernel/cgroup/writes.h"
#include "runtime/kernel/cgroup/writes_v1.h"
#include "runtime/kernel/cgroup/writes_v2.h"
#include "tests/kernel/cgroup_lists.h"

namespace rt {

namespace {

using spec::Cpu;
using spec::Limit;
using spec::Memory;
using spec::Pids;
using spec::Unlimited;
constexpr auto kFail = CgroupWrite::OnRefusal::kFail;
constexpr auto kRetryLast = CgroupWrite::OnRefusal::kRetryLast;
constexpr auto kIgnoreMissing = CgroupWrite::OnRefusal::kIgnoreMissing;
constexpr auto kWarnIfGone = CgroupWrite::OnRefusal::kWarnIfGone;

Limit bytes(std::uint64_t value) {
  return Limit{value};
}

CgroupWrite mem(const char* file, const char* value, CgroupWrite::OnRefusal on = kFail) {
  return {"memory", file, value, on};
}
CgroupWrite cpu(const char* file, const char* value, CgroupWrite::OnRefusal on = kFail) {
  return {"cpu", file, value, on};
}

TEST(WritesV2, Memory) {
  const struct {
    const char* name;
    Memory in;
    CgroupWrites want;
  } rows[] = {
      {"absent writes nothing", {}, {}},
      {"limit", {.limit = bytes(4096)}, {mem("memory.max", "4096")}},
      {"limit 0 is unset", {.limit = bytes(0)}, {}},
      {"CV-01 unlimited memory is unlimited swap",
       {.limit = Unlimited{}},
       {mem("memory.swap.max", "max", kIgnoreMissing), mem("memory.max", "max")}},
      {"CV-01 with swap 0",
       {.limit = Unlimited{}, .swap = bytes(0)},
       {mem("memory.swap.max", "max", kIgnoreMissing), mem("memory.max", "max")}},
      {"CV-03 swap -1",
       {.limit = bytes(4096), .swap = Unlimited{}},
       {mem("memory.swap.max", "max", kIgnoreMissing), mem("memory.max", "4096")}},
      {"CV-03 swap -1 alone",
       {.swap = Unlimited{}},
       {mem("memory.swap.max", "max", kIgnoreMissing)}},
      {"CV-04 swap 0 is unset",
       {.limit = bytes(4096), .swap = bytes(0)},
       {mem("memory.max", "4096")}},
      {"CV-05 swap beside unlimited memory is taken as is",
       {.limit = Unlimited{}, .swap = bytes(8192)},
       {mem("memory.swap.max", "8192"), mem("memory.max", "max")}},
      {"CV-09 swap equal to limit means no swap",
       {.limit = bytes(4096), .swap = bytes(4096)},
       {mem("memory.swap.max", "0", kIgnoreMissing), mem("memory.max", "4096")}},
      {"CV-10 swap is what is above the limit",
       {.limit = bytes(4096), .swap = bytes(12288)},
       {mem("memory.swap.max", "8192"), mem("memory.max", "4096")}},
      {"CV-51 reservation", {.reservation = bytes(7)}, {mem("memory.low", "7")}},
      {"CV-51 reservation -1", {.reservation = Unlimited{}}, {mem("memory.low", "max")}},
      {"64 bits survive",
       {.limit = bytes(9223372036854771712U)},
       {mem("memory.max", "9223372036854771712")}},
      {"values that ask for nothing pass",
       {.kernel = bytes(0),
        .kernel_tcp = Unlimited{},
        .disable_oom_killer = false,
        .use_hierarchy = true,
        .check_before_update = true},
       {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(list_of(append_v2_memory, row.in), row.want);
  }
}

TEST(WritesV2, MemoryRefusesWhatCannotBeExpressed) {
  const struct {
    Memory in;
    const char* want;
  } rows[] = {
      {{.swap = bytes(1)}, "/memory/swap: unable to set swap limit without memory limit"},
      {{.limit = bytes(0), .swap = bytes(1)},
       "/memory/swap: unable to set swap limit without memory limit"},
      {{.swappiness = 0}, "/memory/swappiness: cgroup v2 has nothing like it"},
      {{.kernel = bytes(1)}, "/memory/kernel: cgroup v2 has nothing like it"},
      {{.kernel_tcp = bytes(1)}, "/memory/kernelTCP: cgroup v2 has nothing like it"},
      {{.swappiness = 60}, "/memory/swappiness: cgroup v2 has nothing like it"},
      {{.disable_oom_killer = true}, "/memory/disableOOMKiller: cgroup v2 has nothing like it"},
      {{.use_hierarchy = false}, "/memory/useHierarchy: cgroup v2 has nothing like it"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(refusal_of(append_v2_memory, row.in), "/linux/resources" + std::string(row.want));
  }
}

TEST(WritesV2, WeightFromShares) {
  const struct {
    std::uint64_t shares;
    std::uint64_t weight;
  } rows[] = {{1, 1},      {2, 1},        {10, 4},         {102, 17},       {128, 21},
              {256, 35},   {512, 59},     {1024, 100},     {2048, 174},     {4096, 303},
              {8192, 532}, {65536, 3023}, {262143, 10000}, {262144, 10000}, {UINT64_MAX, 10000}};
  for (const auto& row : rows) {
    EXPECT_EQ(cpu_weight_from_shares(row.shares), row.weight) << row.shares;
  }
}

TEST(WritesV2, WeightNeverFallsAsSharesRise) {
  std::uint64_t last = 0;
  for (std::uint64_t shares = 1; shares <= 262145; ++shares) {
    const std::uint64_t weight = cpu_weight_from_shares(shares);
    ASSERT_GE(weight, std::max<std::uint64_t>(last, 1)) << shares;
    ASSERT_LE(weight, 10000U) << shares;
    last = weight;
  }
}

TEST(WritesV2, Cpu) {
  const struct {
    const char* name;
    Cpu in;
    CgroupWrites want;
  } rows[] = {
      {"absent writes nothing", {}, {}},
      {"CV-20 zeros are unset", {.shares = 0, .quota = bytes(0), .period = 0}, {}},
      {"realtime zeros pass", {.realtime_runtime = 0, .realtime_period = 0}, {}},
      {"shares", {.shares = 1024}, {cpu("cpu.weight", "100")}},
      {"quota without period", {.quota = bytes(5000)}, {cpu("cpu.max", "5000 100000")}},
      {"quota and period", {.quota = bytes(5000), .period = 20000}, {cpu("cpu.max", "5000 20000")}},
      {"period without quota", {.period = 20000}, {cpu("cpu.max", "max 20000")}},
      {"negative quota", {.quota = Unlimited{}}, {cpu("cpu.max", "max 100000")}},
      {"burst goes first and may have to wait for the quota",
       {.quota = bytes(5000), .burst = 4000},
       {cpu("cpu.max.burst", "4000", kRetryLast), cpu("cpu.max", "5000 100000")}},
      {"no burst needs no file", {.burst = 0}, {cpu("cpu.max.burst", "0", kIgnoreMissing)}},
      {"RC-12 idle 1 leaves the weight", {.shares = 1024, .idle = 1}, {cpu("cpu.idle", "1")}},
      {"RC-12 idle 0 comes before the weight",
       {.shares = 1024, .idle = 0},
       {cpu("cpu.idle", "0", kIgnoreMissing), cpu("cpu.weight", "100")}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(list_of(append_v2_cpu, row.in), row.want);
  }
  EXPECT_EQ(refusal_of(append_v2_cpu, Cpu{.realtime_runtime = 1}),
            "/linux/resources/cpu/realtimeRuntime: cgroup v2 has nothing like it");
  EXPECT_EQ(refusal_of(append_v2_cpu, Cpu{.realtime_period = 1}),
            "/linux/resources/cpu/realtimePeriod: cgroup v2 has nothing like it");
}

TEST(WritesV1, Memory) {
  const struct {
    const char* name;
    Memory in;
    CgroupWrites want;
  } rows[] = {
      {"absent writes nothing", {}, {}},
      {"zeros are unset",
       {.limit = bytes(0), .reservation = bytes(0), .swap = bytes(0), .kernel = bytes(0)},
       {}},
      {"limit alone", {.limit = bytes(4096)}, {mem("memory.limit_in_bytes", "4096")}},
      {"RM-04 limit may have to wait for memsw",
       {.limit = bytes(4096), .swap = bytes(8192)},
       {mem("memory.limit_in_bytes", "4096", kRetryLast),
        mem("memory.memsw.limit_in_bytes", "8192")}},
      {"unlimited memory lifts memsw as well",
       {.limit = Unlimited{}},
       {mem("memory.limit_in_bytes", "-1", kRetryLast),
        mem("memory.memsw.limit_in_bytes", "-1", kIgnoreMissing)}},
      {"swap -1",
       {.limit = bytes(4096), .swap = Unlimited{}},
       {mem("memory.limit_in_bytes", "4096", kRetryLast),
        mem("memory.memsw.limit_in_bytes", "-1", kIgnoreMissing)}},
      {"the rest",
       {.reservation = bytes(1),
        .kernel_tcp = bytes(3),
        .swappiness = 0,
        .disable_oom_killer = true,
        .use_hierarchy = true},
       {mem("memory.soft_limit_in_bytes", "1"), mem("memory.kmem.tcp.limit_in_bytes", "3"),
        mem("memory.swappiness", "0"), mem("memory.use_hierarchy", "1"),
        mem("memory.oom_control", "1")}},
      {"RM-06 kernel memory may have no effect",
       {.kernel = bytes(2)},
       {mem("memory.kmem.limit_in_bytes", "2", kWarnIfGone)}},
      {"RM-06, RM-07 lifting what is not limited any more",
       {.kernel = Unlimited{}, .kernel_tcp = Unlimited{}},
       {mem("memory.kmem.limit_in_bytes", "-1", kIgnoreMissing),
        mem("memory.kmem.tcp.limit_in_bytes", "-1", kIgnoreMissing)}},
      {"RM-08 swappiness, largest", {.swappiness = 100}, {mem("memory.swappiness", "100")}},
      {"RM-09 false leaves the default", {.disable_oom_killer = false}, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(list_of(append_v1_memory, row.in), row.want);
  }
}

TEST(WritesV1, Cpu) {
  const struct {
    const char* name;
    Cpu in;
    CgroupWrites want;
  } rows[] = {
      {"absent writes nothing", {}, {}},
      {"zeros are unset", {.shares = 0, .quota = bytes(0), .period = 0}, {}},
      {"shares at the edges", {.shares = 2}, {cpu("cpu.shares", "2")}},
      {"shares at the edges", {.shares = 262144}, {cpu("cpu.shares", "262144")}},
      {"RC-05 period may have to wait for quota",
       {.quota = bytes(5000), .period = 20000},
       {cpu("cpu.cfs_period_us", "20000", kRetryLast), cpu("cpu.cfs_quota_us", "5000")}},
      {"period alone has nothing to wait for",
       {.period = 20000},
       {cpu("cpu.cfs_period_us", "20000")}},
      {"negative quota", {.quota = Unlimited{}}, {cpu("cpu.cfs_quota_us", "-1")}},
      {"RC-07 realtime runtime alone, -1 is no limit",
       {.realtime_runtime = -1},
       {cpu("cpu.rt_runtime_us", "-1")}},
      {"realtime zeros are unset", {.realtime_runtime = 0, .realtime_period = 0}, {}},
      {"RC-08 realtime period may have to wait for the runtime",
       {.realtime_runtime = 5, .realtime_period = 10},
       {cpu("cpu.rt_period_us", "10", kRetryLast), cpu("cpu.rt_runtime_us", "5")}},
      {"idle", {.shares = 2, .idle = 1}, {cpu("cpu.idle", "1")}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(list_of(append_v1_cpu, row.in), row.want);
  }
  EXPECT_EQ(refusal_of(append_v1_cpu, Cpu{.shares = 1}),
            "/linux/resources/cpu/shares: the minimum allowed cpu-shares is 2");
  EXPECT_EQ(refusal_of(append_v1_cpu, Cpu{.shares = 262145}),
            "/linux/resources/cpu/shares: the maximum allowed cpu-shares is 262144");
}

TEST(Writes, PidsAreTheSameOnBothVersions) {
  for (const auto append : {append_v1_pids, append_v2_pids}) {
    EXPECT_EQ(list_of(append, Pids{}), CgroupWrites{});
    EXPECT_EQ(list_of(append, Pids{.limit = bytes(0)}), (CgroupWrites{{"pids", "pids.max", "0"}}));
    EXPECT_EQ(list_of(append, Pids{.limit = bytes(7)}), (CgroupWrites{{"pids", "pids.max", "7"}}));
    EXPECT_EQ(list_of(append, Pids{.limit = Unlimited{}}),
              (CgroupWrites{{"pids", "pids.max", "max"}}));
  }
}

TEST(Writes, CpusetIsTheSameOnBothVersions) {
  for (const auto append : {append_v1_cpuset, append_v2_cpuset}) {
    EXPECT_EQ(list_of(append, Cpu{.shares = 5}), CgroupWrites{});
    EXPECT_EQ(list_of(append, Cpu{.cpus = "0-3,7", .mems = "0"}),
              (CgroupWrites{{"cpuset", "cpuset.cpus", "0-3,7"}, {"cpuset", "cpuset.mems", "0"}}));
  }
}

TEST(Writes, EachControllerFollowsItsOwnVersion) {
  const CgroupHost hybrid = parse_cgroups(
      "4:memory:/\n0::/\n",
      "3 1 0:3 / /m rw - cgroup cgroup rw,memory\n4 1 0:4 / /u rw - cgroup2 cgroup2 rw\n");
  const spec::Resources resources{.memory = Memory{.limit = bytes(4096)},
                                  .cpu = Cpu{.shares = 1024}};
  EXPECT_EQ(to_cgroup_writes(resources, hybrid),
            (CgroupWrites{mem("memory.limit_in_bytes", "4096"), cpu("cpu.weight", "100")}));
}

TEST(Writes, EachControllerBelongsToAMember) {
  const struct {
    const char* controller;
    const char* member;
  } rows[] = {{"memory", "/memory"},
              {"cpu", "/cpu"},
              {"cpuset", "/cpu"},
              {"pids", "/pids"},
              {"blkio", "/blockIO"},
              {"io", "/blockIO"},
              {"hugetlb", "/hugepageLimits"},
              {"net_cls", "/network"},
              {"net_prio", "/network"},
              {"rdma", "/rdma"},
              {"devices", "/devices"},
              {"cgroup", ""}};
  for (const auto& row : rows) EXPECT_EQ(member_of(row.controller), row.member);
}

TEST(Writes, ALimitWithoutItsControllerIsRefused) {
  const CgroupHost memory_only =
      parse_cgroups("4:memory:/\n", "3 1 0:3 / /m rw - cgroup cgroup rw,memory\n");
  EXPECT_EQ(to_cgroup_writes({.pids = Pids{}}, memory_only), CgroupWrites{});
  try {
    (void)to_cgroup_writes({.pids = Pids{.limit = bytes(1)}}, memory_only);
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kUnsupported);
    EXPECT_STREQ(error.what(),
                 "/linux/resources/pids: no cgroup hierarchy has the controller \"pids\"");
  }
}

}  // namespace
}  // namespace rt

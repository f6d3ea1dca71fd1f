// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/events_document.h"

#include <gtest/gtest.h>

namespace rt {
namespace {

// Compared with what runc 1.1.5 prints for a container that has used nothing.
TEST(EventsDocument, WritesWhatReadersExpectToBeThere) {
  EXPECT_EQ(
      stats_line("c1", {}, {}),
      R"({"type":"stats","id":"c1","data":{"cpu":{"usage":{"kernel":0,"user":0},"throttling":{}},)"
      R"("cpuset":{"cpu_exclusive":0,"mem_hardwall":0,"mem_exclusive":0,"memory_migrate":0,)"
      R"("memory_spread_page":0,"memory_spread_slab":0,"memory_pressure":0,)"
      R"("sched_load_balance":0,"sched_relax_domain_level":0},)"
      R"("memory":{"usage":{"limit":0,"failcnt":0},"swap":{"limit":0,"failcnt":0},)"
      R"("kernel":{"limit":0,"failcnt":0},"kernelTCP":{"limit":0,"failcnt":0}},)"
      R"("pids":{},"blkio":{},"hugetlb":{},"intel_rdt":{},"network_interfaces":null}})");
  EXPECT_EQ(oom_line("c1"), R"({"type":"oom","id":"c1"})");
}

TEST(EventsDocument, NamesEverythingAsRuncDoes) {
  CgroupStats group;
  group.cpu = {.usage = {.total = 1,
                         .percpu = {2},
                         .percpu_kernel = {3},
                         .percpu_user = {4},
                         .kernel = 5,
                         .user = 6},
               .throttling = {.periods = 7, .throttled_periods = 8, .throttled_time = 9},
               .psi = Pressure{.some = {.avg10 = 5, .avg60 = 1230, .avg300 = 10000, .total_us = 1},
                               .full = {.avg10 = 1234}}};
  group.cpuset = {.cpus = {0, 1}, .mems = {0}, .sched_relax_domain_level = -1};
  group.memory = {.cache = 1,
                  .usage = {.limit = spec::Unlimited{}, .usage = 2, .max = 3, .failcnt = 4},
                  .raw = {{"anon", 5}}};
  group.pids = {.current = 1, .limit = 2U};
  group.io.service_bytes = {{8, 0, "Read", 9}, {.major = 8, .value = 1}};
  group.io.queued = {{8, 1, "Sync", 2}};
  group.hugetlb = {{"2MB", {1, 2, 3}}};
  const ResctrlStats resctrl{.l3_cache_info = L3CacheInfo{"fff", 1, 2},
                             .l3_cache_schema_root = "L3:0=fff",
                             .l3_cache_schema = "L3:0=f",
                             .mem_bw_info = MemBwInfo{1, 2, 3, 4},
                             .mem_bw_schema_root = "MB:0=100",
                             .mem_bw_schema = "MB:0=10",
                             .schemata = {"L3:0=f"},
                             .mbm = {{1, 2}},
                             .cmt = {{3}}};
  EXPECT_EQ(
      stats_line("c1", group, resctrl),
      R"({"type":"stats","id":"c1","data":{"cpu":{"usage":{"total":1,"percpu":[2],)"
      R"("percpu_kernel":[3],"percpu_user":[4],"kernel":5,"user":6},"throttling":{"periods":7,)"
      R"("throttledPeriods":8,"throttledTime":9},"psi":{"some":{"avg10":0.05,"avg60":12.3,)"
      R"("avg300":100,"total":1},"full":{"avg10":12.34,"avg60":0,"avg300":0,"total":0}}},)"
      R"("cpuset":{"cpus":[0,1],"cpu_exclusive":0,"mems":[0],"mem_hardwall":0,)"
      R"("mem_exclusive":0,"memory_migrate":0,"memory_spread_page":0,"memory_spread_slab":0,)"
      R"("memory_pressure":0,"sched_load_balance":0,"sched_relax_domain_level":-1},)"
      R"("memory":{"cache":1,"usage":{"limit":18446744073709551615,"usage":2,"max":3,)"
      R"("failcnt":4},"swap":{"limit":0,"failcnt":0},"kernel":{"limit":0,"failcnt":0},)"
      R"("kernelTCP":{"limit":0,"failcnt":0},"raw":{"anon":5}},"pids":{"current":1,"limit":2},)"
      R"("blkio":{"ioServiceBytesRecursive":[{"major":8,"op":"Read","value":9},)"
      R"({"major":8,"value":1}],"ioQueueRecursive":[{"major":8,"minor":1,"op":"Sync",)"
      R"("value":2}]},"hugetlb":{"2MB":{"usage":1,"max":2,"failcnt":3}},)"
      R"("intel_rdt":{"l3_cache_info":{"cbm_mask":"fff","min_cbm_bits":1,"num_closids":2},)"
      R"("l3_cache_schema_root":"L3:0=fff","l3_cache_schema":"L3:0=f",)"
      R"("mem_bw_info":{"bandwidth_gran":1,"delay_linear":2,"min_bandwidth":3,)"
      R"("num_closids":4},"mem_bw_schema_root":"MB:0=100","mem_bw_schema":"MB:0=10",)"
      R"("schemata":["L3:0=f"],"mbm_stats":[{"mbm_total_bytes":1,"mbm_local_bytes":2}],)"
      R"("cmt_stats":[{"llc_occupancy":3}]},"network_interfaces":null}})");
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// On fixture trees, with the texts that kernels print.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <functional>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/kernel/cgroup/stats.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

using Files = std::vector<std::pair<const char*, const char*>>;

// What all readers of that version find in a directory with these files.
CgroupStats read(CgroupVersion version, const Files& files) {
  const TempDir dir;
  for (const auto& [name, text] : files) dir.write(name, text);
  const Fd fd = sys::open(dir.path(), O_RDONLY | O_DIRECTORY);
  CgroupStats out;
  for (const StatsReader& reader : stats_readers()) {
    const auto one = version == CgroupVersion::kV1 ? reader.v1 : reader.v2;
    if (one != nullptr) one(fd.get(), out);
  }
  return out;
}
CgroupStats v1(const Files& files) {
  return read(CgroupVersion::kV1, files);
}
CgroupStats v2(const Files& files) {
  return read(CgroupVersion::kV2, files);
}

TEST(CgroupStats, NothingThereIsNothingCounted) {
  EXPECT_EQ(v1({}), CgroupStats{});
  EXPECT_EQ(v2({}), CgroupStats{});
  EXPECT_EQ(read_stats(Cgroup()), CgroupStats{});
}

TEST(CgroupStats, CpuOfV1) {
  const CpuStats cpu =
      v1({{"cpuacct.usage", "57720943\n"},
          {"cpuacct.usage_percpu", "23386250 34334693 \n"},
          {"cpuacct.stat", "user 2\nsystem 3\n"},
          {"cpuacct.usage_all", "cpu user system\n0 11 12\n1 21 22\n"},
          {"cpu.stat", "nr_periods 5\nnr_throttled 4\nthrottled_time 300\nwait_sum 7\n"}})
          .cpu;
  EXPECT_EQ(cpu.usage, (CpuUsage{.total = 57720943,
                                 .percpu = {23386250, 34334693},
                                 .percpu_kernel = {12, 22},
                                 .percpu_user = {11, 21},
                                 .kernel = 30'000'000,
                                 .user = 20'000'000}));
  EXPECT_EQ(cpu.throttling,
            (CpuThrottling{.periods = 5, .throttled_periods = 4, .throttled_time = 300}));
  EXPECT_FALSE(cpu.psi);
}

TEST(CgroupStats, CpuOfV2IsInNanosecondsToo) {
  const CpuStats cpu =
      v2({{"cpu.stat",
           "usage_usec 57\nuser_usec 40\nsystem_usec 17\nnice_usec 0\nnr_periods 9\n"
           "nr_throttled 8\nthrottled_usec 7\nnr_bursts 1\nburst_usec 2\n"},
          {"cpu.pressure",
           "some avg10=0.05 avg60=12.30 avg300=100.00 total=77\n"
           "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"}})
          .cpu;
  EXPECT_EQ(cpu.usage, (CpuUsage{.total = 57'000, .kernel = 17'000, .user = 40'000}));
  EXPECT_EQ(cpu.throttling,
            (CpuThrottling{.periods = 9, .throttled_periods = 8, .throttled_time = 7'000}));
  ASSERT_TRUE(cpu.psi);
  EXPECT_EQ(cpu.psi->some,
            (PressureLine{.avg10 = 5, .avg60 = 1230, .avg300 = 10000, .total_us = 77}));
  EXPECT_EQ(cpu.psi->full, PressureLine{});
}

TEST(CgroupStats, CpuWithoutTheControllerHasUsageAlone) {
  const CpuStats cpu = v2({{"cpu.stat", "usage_usec 1\nuser_usec 1\nsystem_usec 0\n"}}).cpu;
  EXPECT_EQ(cpu.usage.total, 1000U);
  EXPECT_EQ(cpu.throttling, CpuThrottling{});
}

TEST(CgroupStats, CpusetOfV1) {
  const CpusetStats cpuset = v1({{"cpuset.cpus", "0-2,7\n"},
                                 {"cpuset.mems", "0\n"},
                                 {"cpuset.cpu_exclusive", "1\n"},
                                 {"cpuset.memory_pressure", "3\n"},
                                 {"cpuset.sched_load_balance", "1\n"},
                                 {"cpuset.sched_relax_domain_level", "-1\n"}})
                                 .cpuset;
  EXPECT_EQ(cpuset, (CpusetStats{.cpus = {0, 1, 2, 7},
                                 .cpu_exclusive = 1,
                                 .mems = {0},
                                 .memory_pressure = 3,
                                 .sched_load_balance = 1,
                                 .sched_relax_domain_level = -1}));
}

TEST(CgroupStats, CpusetOfV2IsWhatIsInEffect) {
  const CpusetStats cpuset = v2({{"cpuset.cpus", "\n"},
                                 {"cpuset.cpus.effective", "0-1\n"},
                                 {"cpuset.mems.effective", "0\n"}})
                                 .cpuset;
  EXPECT_EQ(cpuset, (CpusetStats{.cpus = {0, 1}, .mems = {0}}));
}

TEST(CgroupStats, MemoryOfV1) {
  const MemoryStats memory = v1({{"memory.stat", "cache 4096\nrss 8192\n"},
                                 {"memory.limit_in_bytes", "9223372036854771712\n"},
                                 {"memory.usage_in_bytes", "5\n"},
                                 {"memory.max_usage_in_bytes", "6\n"},
                                 {"memory.failcnt", "7\n"},
                                 {"memory.memsw.limit_in_bytes", "8\n"},
                                 {"memory.kmem.usage_in_bytes", "9\n"},
                                 {"memory.kmem.tcp.failcnt", "10\n"}})
                                 .memory;
  EXPECT_EQ(memory.cache, 4096U);
  EXPECT_EQ(memory.raw, (std::map<std::string, std::uint64_t>{{"cache", 4096}, {"rss", 8192}}));
  EXPECT_EQ(memory.usage,
            (MemoryUsage{.limit = 9223372036854771712U, .usage = 5, .max = 6, .failcnt = 7}));
  EXPECT_EQ(memory.swap, (MemoryUsage{.limit = 8U}));
  EXPECT_EQ(memory.kernel, (MemoryUsage{.usage = 9}));
  EXPECT_EQ(memory.kernel_tcp, (MemoryUsage{.failcnt = 10}));
}

TEST(CgroupStats, MemoryOfV2CountsSwapTogetherWithMemory) {
  const spec::Limit unlimited = spec::Unlimited{};
  const struct {
    const char* name;
    const char* limit;
    const char* swap_limit;
    spec::Limit both;
  } rows[] = {
      {"two numbers", "4096\n", "100\n", 4196U},
      {"no swap", "4096\n", "0\n", 4096U},
      {"swap without a limit", "4096\n", "max\n", unlimited},
      {"memory without a limit", "max\n", "100\n", unlimited},
      {"nothing has a limit", "max\n", "max\n", unlimited},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const MemoryStats memory = v2({{"memory.current", "1000\n"},
                                   {"memory.max", row.limit},
                                   {"memory.swap.current", "24\n"},
                                   {"memory.swap.max", row.swap_limit}})
                                   .memory;
    EXPECT_EQ(memory.swap, (MemoryUsage{.limit = row.both, .usage = 1024}));
  }
}

TEST(CgroupStats, MemoryOfV2) {
  const MemoryStats memory = v2({{"memory.stat", "anon 1\nfile 2\n"},
                                 {"memory.current", "3\n"},
                                 {"memory.max", "max\n"},
                                 {"memory.peak", "4\n"},
                                 {"memory.events", "low 0\nhigh 0\nmax 5\noom 1\noom_kill 1\n"}})
                                 .memory;
  EXPECT_EQ(memory.cache, 2U);
  EXPECT_EQ(memory.usage,
            (MemoryUsage{.limit = spec::Unlimited{}, .usage = 3, .max = 4, .failcnt = 5}));
  EXPECT_EQ(memory.swap, MemoryUsage{}) << "no swap accounting";
}

TEST(CgroupStats, PidsAreTheSameOnBoth) {
  for (const auto& read_them : {v1, v2}) {
    EXPECT_EQ(read_them({{"pids.current", "3\n"}, {"pids.max", "20\n"}}).pids,
              (PidsStats{.current = 3, .limit = 20U}));
    EXPECT_EQ(read_them({{"pids.max", "max\n"}}).pids, (PidsStats{.limit = spec::Unlimited{}}));
    EXPECT_EQ(read_them({{"pids.max", "0\n"}}).pids, (PidsStats{.limit = std::uint64_t{0}}));
  }
}

TEST(CgroupStats, IoOfV1ComesFromWhoeverSchedules) {
  constexpr const char* kCounted = "8:0 Read 1\n8:0 Write 2\nTotal 3\n";
  const IoEntries both = {{8, 0, "Read", 1}, {8, 0, "Write", 2}};
  const IoStats bfq = v1({{"blkio.bfq.io_serviced_recursive", kCounted},
                          {"blkio.bfq.io_service_bytes_recursive", "8:0 Total 9\nTotal 9\n"},
                          {"blkio.throttle.io_serviced_recursive", "8:0 Read 77\nTotal 77\n"}})
                          .io;
  EXPECT_EQ(bfq.serviced, both);
  EXPECT_EQ(bfq.service_bytes, (IoEntries{{8, 0, "Total", 9}}));

  const IoStats cfq = v1({{"blkio.io_serviced_recursive", kCounted},
                          {"blkio.sectors_recursive", "8:0 5\n"},
                          {"blkio.time_recursive", "8:0 6\n"},
                          {"blkio.io_queued_recursive", "8:0 Sync 7\nTotal 7\n"},
                          {"blkio.io_merged_recursive", "8:0 Async 8\nTotal 8\n"},
                          {"blkio.io_wait_time_recursive", "8:0 Discard 9\nTotal 9\n"},
                          {"blkio.io_service_time_recursive", "8:0 Read 10\nTotal 10\n"}})
                          .io;
  EXPECT_EQ(cfq.serviced, both);
  EXPECT_EQ(cfq.sectors, (IoEntries{{8, 0, "", 5}}));
  EXPECT_EQ(cfq.time, (IoEntries{{8, 0, "", 6}}));
  EXPECT_EQ(cfq.queued, (IoEntries{{8, 0, "Sync", 7}}));
  EXPECT_EQ(cfq.merged, (IoEntries{{8, 0, "Async", 8}}));
  EXPECT_EQ(cfq.wait_time, (IoEntries{{8, 0, "Discard", 9}}));
  EXPECT_EQ(cfq.service_time, (IoEntries{{8, 0, "Read", 10}}));

  const IoStats throttle = v1({{"blkio.bfq.io_serviced_recursive", "Total 0\n"},
                               {"blkio.throttle.io_serviced_recursive", kCounted}})
                               .io;
  EXPECT_EQ(throttle.serviced, both);
}

TEST(CgroupStats, IoOfV2) {
  const IoStats io = v2({{"io.stat",
                          "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n"
                          "253:0 8:0 rbytes=7\n"},
                         {"io.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n"}})
                         .io;
  EXPECT_EQ(io.service_bytes,
            (IoEntries{{8, 16, "Read", 1}, {8, 16, "Write", 2}, {8, 0, "Read", 7}}));
  EXPECT_EQ(io.serviced, (IoEntries{{8, 16, "Read", 3}, {8, 16, "Write", 4}}));
  ASSERT_TRUE(io.psi);
  EXPECT_EQ(io.psi->some.total_us, 5U);
}

TEST(CgroupStats, HugetlbIsTheReservationWhereThatIsCounted) {
  EXPECT_EQ(v1({{"hugetlb.2MB.usage_in_bytes", "1\n"},
                {"hugetlb.2MB.max_usage_in_bytes", "2\n"},
                {"hugetlb.2MB.failcnt", "3\n"},
                {"hugetlb.1GB.usage_in_bytes", "4\n"},
                {"hugetlb.1GB.rsvd.usage_in_bytes", "5\n"},
                {"hugetlb.1GB.rsvd.failcnt", "6\n"}})
                .hugetlb,
            (std::map<std::string, HugetlbStats>{{"2MB", {1, 2, 3}}, {"1GB", {5, 0, 6}}}));
  EXPECT_EQ(v2({{"hugetlb.2MB.current", "1\n"},
                {"hugetlb.2MB.events", "max 2\n"},
                {"hugetlb.1GB.current", "3\n"},
                {"hugetlb.1GB.rsvd.current", "4\n"}})
                .hugetlb,
            (std::map<std::string, HugetlbStats>{{"2MB", {1, 0, 2}}, {"1GB", {4, 0, 0}}}));
}

TEST(CgroupStats, TakesNumbersUpToTheLastOne) {
  EXPECT_EQ(v2({{"memory.current", "18446744073709551615\n"}}).memory.usage.usage,
            18446744073709551615U);
}

TEST(CgroupStats, SaysWhichFileIsNotAsItShouldBe) {
  const struct {
    std::function<CgroupStats(const Files&)> read;
    const char* file;
    const char* text;
    const char* error;
  } rows[] = {
      {v2, "memory.current", "18446744073709551616\n",
       R"(memory.current: expected a number, found "18446744073709551616")"},
      {v2, "memory.current", "-1\n", R"(memory.current: expected a number, found "-1")"},
      {v2, "memory.current", "", R"(memory.current: expected a number, found "")"},
      {v2, "memory.max", "many\n", R"(memory.max: expected a number, found "many")"},
      {v2, "memory.stat", "anon\n", R"(memory.stat: expected a name and a number, found "anon")"},
      {v2, "cpu.stat", "usage_usec 1 2\n",
       R"(cpu.stat: expected a name and a number, found "usage_usec 1 2")"},
      {v2, "cpu.pressure", "some avg10=0.0\n",
       R"(cpu.pressure: expected averages and a total, found "some avg10=0.0")"},
      {v2, "cpu.pressure", "some avg10=0.0 avg60=0.00 avg300=0.00 total=1\n",
       R"(cpu.pressure: expected averages and a total, found "some avg10=0.0 avg60=0.00 avg300=0.00 total=1")"},
      {v2, "io.stat", "8 rbytes=1\n", R"(io.stat: expected MAJOR:MINOR, found "8")"},
      {v2, "io.stat", "8:0 rbytes=x\n", R"(io.stat: expected a number, found "x")"},
      {v2, "cpuset.cpus.effective", "0-\n",
       R"(cpuset.cpus.effective: expected a list of numbers, found "0-")"},
      {v1, "cpuset.cpus", "0-4294967295\n",
       R"(cpuset.cpus: expected numbers below 65536, found "0-4294967295")"},
      {v1, "cpuacct.usage_percpu", "1 x\n",
       R"(cpuacct.usage_percpu: expected a number, found "x")"},
      {v1, "cpuacct.usage_all", "0 1\n",
       R"(cpuacct.usage_all: expected three columns, found "0 1")"},
      {v1, "blkio.throttle.io_serviced_recursive", "8:0 Read Write 3\n",
       R"(blkio.throttle.io_serviced_recursive: expected a device and a number, found "8:0 Read Write 3")"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.error);
    try {
      (void)row.read({{row.file, row.text}});
      ADD_FAILURE() << "was read";
    } catch (const Error& e) {
      EXPECT_STREQ(e.what(), row.error);
    }
  }
}

}  // namespace
}  // namespace rt

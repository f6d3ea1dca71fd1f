// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/kernel/cgroup/writes_hugetlb.h"
#include "runtime/kernel/cgroup/writes_network.h"
#include "runtime/kernel/cgroup/writes_rdma.h"
#include "runtime/kernel/cgroup/writes_unified.h"
#include "tests/kernel/cgroup_lists.h"

namespace rt {
namespace {

using spec::Network;
constexpr auto kIgnoreMissing = CgroupWrite::OnRefusal::kIgnoreMissing;

const CgroupHost kUnifiedHost = parse_unified("0::/\n", "/sys/fs/cgroup");
const CgroupHost kHybridHost = parse_cgroups(
    "4:memory:/\n0::/\n",
    "3 1 0:3 / /m rw - cgroup cgroup rw,memory\n4 1 0:4 / /u rw - cgroup2 cgroup2 rw\n");

// RH-01, RH-02.
TEST(WritesHugetlb, ReservationsWhereTheyAreCountedAndFaultsAlways) {
  const std::vector<spec::HugepageLimit> limits{{"2MB", 0}, {"1GB", UINT64_MAX}};
  EXPECT_EQ(list_of(append_v1_hugetlb, limits),
            (CgroupWrites{{"hugetlb", "hugetlb.2MB.rsvd.limit_in_bytes", "0", kIgnoreMissing},
                          {"hugetlb", "hugetlb.2MB.limit_in_bytes", "0"},
                          {"hugetlb", "hugetlb.1GB.rsvd.limit_in_bytes", "18446744073709551615",
                           kIgnoreMissing},
                          {"hugetlb", "hugetlb.1GB.limit_in_bytes", "18446744073709551615"}}));
  EXPECT_EQ(
      list_of(append_v2_hugetlb, limits),
      (CgroupWrites{{"hugetlb", "hugetlb.2MB.rsvd.max", "0", kIgnoreMissing},
                    {"hugetlb", "hugetlb.2MB.max", "0"},
                    {"hugetlb", "hugetlb.1GB.rsvd.max", "18446744073709551615", kIgnoreMissing},
                    {"hugetlb", "hugetlb.1GB.max", "18446744073709551615"}}));
  EXPECT_EQ(list_of(append_v2_hugetlb, {}), CgroupWrites{});
}

// RN-01, RN-02.
TEST(WritesNetwork, V1HasItAndV2RefusesIt) {
  const Network given{.class_id = 4294967295U, .priorities = {{"lo", 0}, {"eth0", 7}}};
  EXPECT_EQ(list_of(append_v1_net_cls, given),
            (CgroupWrites{{"net_cls", "net_cls.classid", "4294967295"}}));
  EXPECT_EQ(list_of(append_v1_net_prio, given),
            (CgroupWrites{{"net_prio", "net_prio.ifpriomap", "lo 0"},
                          {"net_prio", "net_prio.ifpriomap", "eth0 7"}}));
  EXPECT_EQ(refusal_of(append_v2_net_cls, given),
            "/linux/resources/network/classID: cgroup v2 has nothing like it");
  EXPECT_EQ(refusal_of(append_v2_net_prio, given),
            "/linux/resources/network/priorities: cgroup v2 has nothing like it");
}

TEST(WritesNetwork, OffIsNothingOnBothVersions) {
  for (const auto append :
       {append_v1_net_cls, append_v1_net_prio, append_v2_net_cls, append_v2_net_prio}) {
    EXPECT_EQ(list_of(append, Network{}), CgroupWrites{});
    EXPECT_EQ(list_of(append, Network{.class_id = 0}), CgroupWrites{});
  }
}

// RR-01, RR-02.
TEST(WritesRdma, OnlyWhatIsGiven) {
  EXPECT_EQ(list_of(append_rdma, {}), CgroupWrites{});
  EXPECT_EQ(list_of(append_rdma, {{"mlx5_1", {.hca_handles = 3, .hca_objects = 10000}},
                                  {"mlx4_0", {.hca_handles = 0}},
                                  {"rxe3", {.hca_objects = 4294967295U}}}),
            (CgroupWrites{{"rdma", "rdma.max", "mlx4_0 hca_handle=0"},
                          {"rdma", "rdma.max", "mlx5_1 hca_handle=3 hca_object=10000"},
                          {"rdma", "rdma.max", "rxe3 hca_object=4294967295"}}));
}

// RU-01, RU-03.
TEST(WritesUnified, VerbatimOneWriteForEachLine) {
  const auto write = [](const char* controller, const char* file, const char* value) {
    return CgroupWrite{.controller = controller,
                       .file = file,
                       .value = value,
                       .pointer = std::string("/unified/") + file};
  };
  EXPECT_EQ(list_of(append_unified, {{"io.max", "8:0 rbps=1\n8:16 wbps=2\n"},
                                     {"hugetlb.2MB.max", " 4 "},
                                     {"nobody.knows.it", "x"},
                                     {"cpuset.cpus", ""},
                                     {"cgroup.max.depth", "\n7"}}),
            (CgroupWrites{
                write("cgroup", "cgroup.max.depth", "7"), write("cpuset", "cpuset.cpus", ""),
                write("hugetlb", "hugetlb.2MB.max", " 4 "), write("io", "io.max", "8:0 rbps=1"),
                write("io", "io.max", "8:16 wbps=2"), write("nobody", "nobody.knows.it", "x")}));
}

TEST(WritesUnified, ComeLastAndOverride) {
  const spec::Resources resources{.pids = spec::Pids{.limit = spec::Limit{7U}},
                                  .rdma = {{"a", {.hca_handles = 1}}},
                                  .unified = {{"pids.max", "9"}}};
  EXPECT_EQ(to_cgroup_writes(resources, kUnifiedHost),
            (CgroupWrites{{"pids", "pids.max", "7"},
                          {"rdma", "rdma.max", "a hca_handle=1"},
                          {.controller = "pids",
                           .file = "pids.max",
                           .value = "9",
                           .pointer = "/unified/pids.max"}}));
}

// RU-04.
TEST(WritesUnified, AreRefusedWhereThereIsMoreThanV2) {
  const CgroupHost v1_only =
      parse_cgroups("4:memory:/\n", "3 1 0:3 / /m rw - cgroup cgroup rw,memory\n");
  for (const CgroupHost& host : {kHybridHost, v1_only, CgroupHost{}}) {
    EXPECT_EQ(refusal_of([&] {
                to_cgroup_writes({.unified = {{"memory.high", "1"}}}, host);
              }),
              "/linux/resources/unified: this host is not on cgroup v2 alone");
    EXPECT_EQ(to_cgroup_writes({}, host), CgroupWrites{});
  }
}

TEST(Writes, PartsOfAHybridHostGoToTheirOwnVersion) {
  const spec::Resources resources{
      .block_io = spec::BlockIo{.throttle_read_bps_device = {{8, 0, 5}}},
      .hugepage_limits = {{"2MB", 4}},
  };
  EXPECT_EQ(to_cgroup_writes(resources, kHybridHost),
            (CgroupWrites{{"io", "io.max", "8:0 rbps=5"},
                          {"hugetlb", "hugetlb.2MB.rsvd.max", "4", kIgnoreMissing},
                          {"hugetlb", "hugetlb.2MB.max", "4"}}));
  EXPECT_EQ(refusal_of([&] { to_cgroup_writes({.network = Network{.class_id = 1}}, kHybridHost); }),
            "/linux/resources/network/classID: cgroup v2 has nothing like it");
}

// "Unlimited" is no reason to fail where nothing could limit.
TEST(Writes, UnlimitedPassesWithoutTheController) {
  const spec::Limit none = spec::Unlimited{};
  const spec::Resources off{
      .memory = spec::Memory{.limit = none, .reservation = none, .swap = none},
      .cpu = spec::Cpu{.quota = none, .burst = 0, .idle = 0},
      .pids = spec::Pids{.limit = none},
      .block_io = spec::BlockIo{.throttle_read_bps_device = {{8, 0, 0}}},
  };
  EXPECT_EQ(to_cgroup_writes(off, CgroupHost{}), CgroupWrites{});
  const CgroupWrites unified = to_cgroup_writes(off, kUnifiedHost);
  EXPECT_EQ(unified.size(), 8U);
  for (const CgroupWrite& one : unified) EXPECT_EQ(one.on_refusal, kIgnoreMissing) << one.file;

  const spec::Resources limited{.cpu = spec::Cpu{.quota = spec::Limit{5000U}}};
  EXPECT_EQ(to_cgroup_writes(limited, kUnifiedHost),
            (CgroupWrites{{"cpu", "cpu.max", "5000 100000"}}));
  EXPECT_THROW(to_cgroup_writes(limited, CgroupHost{}), Error);
}

// Docker, containerd and Podman write these whether or not somebody asked for them.
TEST(Writes, ValuesThatMeanOffPassOnEveryHost) {
  const spec::Resources off{
      .memory = spec::Memory{.kernel = spec::Limit{0U},
                             .kernel_tcp = spec::Limit{0U},
                             .disable_oom_killer = false},
      .cpu = spec::Cpu{.realtime_runtime = 0, .realtime_period = 0},
      .block_io = spec::BlockIo{.weight = 0, .leaf_weight = 0},
      .network = Network{.class_id = 0},
  };
  for (const CgroupHost& host : {kUnifiedHost, kHybridHost, CgroupHost{}}) {
    EXPECT_EQ(to_cgroup_writes(off, host), CgroupWrites{});
  }
}

}  // namespace
}  // namespace rt

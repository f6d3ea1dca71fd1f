// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "runtime/kernel/cgroup/writes_io.h"
#include "tests/kernel/cgroup_lists.h"

namespace rt {
namespace {

using spec::BlockIo;
using Instead = CgroupWrite::Instead;
constexpr auto kFail = CgroupWrite::OnRefusal::kFail;

CgroupWrite blkio(const char* file, const char* value) {
  return {"blkio", file, value};
}
CgroupWrite blkio_or_bfq(const char* file, const char* bfq, const char* value) {
  return {"blkio", file, value, kFail, Instead{bfq, value}};
}
CgroupWrite io_max(const char* value) {
  return {"io", "io.max", value};
}
CgroupWrite bfq_or_weight(const char* bfq, const char* weight) {
  return {"io", "io.bfq.weight", bfq, kFail, Instead{"io.weight", weight}};
}

TEST(WritesIo, V1) {
  const struct {
    const char* name;
    BlockIo in;
    CgroupWrites want;
  } rows[] = {
      {"absent writes nothing", {}, {}},
      {"RB-01, RB-02 zeros are unset", {.weight = 0, .leaf_weight = 0}, {}},
      {"RB-03 zeros are unset",
       {.weight_device = {{.major = 8, .minor = 0, .weight = 0, .leaf_weight = 0}}},
       {}},
      {"RB-01 weight, smallest",
       {.weight = 1},
       {blkio_or_bfq("blkio.weight", "blkio.bfq.weight", "1")}},
      {"RB-01 weight, largest",
       {.weight = 1000},
       {blkio_or_bfq("blkio.weight", "blkio.bfq.weight", "1000")}},
      {"RB-02 leaf weight", {.leaf_weight = 10}, {blkio("blkio.leaf_weight", "10")}},
      {"RB-03, RB-04 devices in order",
       {.weight = 500,
        .weight_device = {{.major = 8, .minor = 16, .weight = 300, .leaf_weight = 20},
                          {.major = 253, .minor = 0, .leaf_weight = 30}}},
       {blkio_or_bfq("blkio.weight", "blkio.bfq.weight", "500"),
        blkio_or_bfq("blkio.weight_device", "blkio.bfq.weight_device", "8:16 300"),
        blkio("blkio.leaf_weight_device", "8:16 20"),
        blkio("blkio.leaf_weight_device", "253:0 30")}},
      {"RB-05 to RB-08, RB-09: 0 lifts",
       {.throttle_read_bps_device = {{8, 0, 1}, {8, 16, 0}},
        .throttle_write_bps_device = {{8, 0, UINT64_MAX}},
        .throttle_read_iops_device = {{8, 0, 3}},
        .throttle_write_iops_device = {{8, 0, 4}}},
       {blkio("blkio.throttle.read_bps_device", "8:0 1"),
        blkio("blkio.throttle.read_bps_device", "8:16 0"),
        blkio("blkio.throttle.write_bps_device", "8:0 18446744073709551615"),
        blkio("blkio.throttle.read_iops_device", "8:0 3"),
        blkio("blkio.throttle.write_iops_device", "8:0 4")}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(list_of(append_v1_blkio, row.in), row.want);
  }
}

TEST(WritesIo, V2) {
  const struct {
    const char* name;
    BlockIo in;
    CgroupWrites want;
  } rows[] = {
      {"absent writes nothing", {}, {}},
      {"zeros are unset",
       {.weight = 0,
        .leaf_weight = 0,
        .weight_device = {{.major = 8, .minor = 0, .weight = 0, .leaf_weight = 0}}},
       {}},
      {"CV-40, CV-41 weight", {.weight = 300}, {bfq_or_weight("300", "2930")}},
      {"CV-41 below 10 is the smallest", {.weight = 1}, {bfq_or_weight("1", "1")}},
      {"CV-43 weight of a device",
       {.weight_device = {{.major = 8, .minor = 16, .weight = 1000}}},
       {bfq_or_weight("8:16 1000", "8:16 10000")}},
      {"CV-56 throttles, RB-09: 0 is max",
       {.throttle_read_bps_device = {{8, 0, 1048576}, {8, 16, 0}},
        .throttle_write_bps_device = {{8, 0, 2}},
        .throttle_read_iops_device = {{8, 0, 3}},
        .throttle_write_iops_device = {{8, 0, 0}}},
       {io_max("8:0 rbps=1048576"), io_max("8:16 rbps=max"), io_max("8:0 wbps=2"),
        io_max("8:0 riops=3"), io_max("8:0 wiops=max")}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(list_of(append_v2_io, row.in), row.want);
  }
  EXPECT_EQ(refusal_of(append_v2_io, BlockIo{.leaf_weight = 1}),
            "/linux/resources/blockIO/leafWeight: cgroup v2 has nothing like it");
  EXPECT_EQ(refusal_of(append_v2_io,
                       BlockIo{.weight_device = {{.major = 8, .weight = 1},
                                                 {.major = 8, .minor = 1, .leaf_weight = 1}}}),
            "/linux/resources/blockIO/weightDevice/1/leafWeight: cgroup v2 has nothing like it");
}

TEST(WritesIo, IoWeight) {
  const struct {
    std::uint16_t weight;
    std::uint64_t want;
  } rows[] = {{1, 1},      {9, 1},      {10, 1},     {11, 11},    {100, 910},
              {300, 2930}, {500, 4950}, {750, 7475}, {999, 9989}, {1000, 10000}};
  for (const auto& row : rows) EXPECT_EQ(io_weight_from_blkio(row.weight), row.want) << row.weight;
}

}  // namespace
}  // namespace rt

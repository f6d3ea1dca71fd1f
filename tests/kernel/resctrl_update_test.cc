// SPDX-License-Identifier: Apache-2.0
//
// On a fixture tree: a file keeps what was written to it last.
#include "runtime/kernel/resctrl_update.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/kernel/resctrl_stats.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

class ResctrlOfARunningContainer : public ::testing::Test {
 protected:
  ResctrlOfARunningContainer() {
    root_.write("info/L3/cbm_mask", "fffff\n");
    root_.write("info/L3/min_cbm_bits", "1\n");
    root_.write("info/L3/num_closids", "16\n");
    root_.write("info/MB/bandwidth_gran", "10\n");
    root_.write("info/MB/delay_linear", "1\n");
    root_.write("info/MB/min_bandwidth", "10\n");
    root_.write("info/MB/num_closids", "8\n");
    root_.write("schemata", "    L3:0=fffff\n    MB:0=100\n");
    root_.write("c1/schemata", "    L3:0=f\n");
  }
  Fd open_root() const { return sys::open(root_.path(), O_RDONLY | O_DIRECTORY); }
  ResctrlUpdate make(const std::string& l3, const std::string& mem_bw) const {
    return ResctrlUpdate::make(open_root(), {.mount_point = root_.path(), .group = "c1"}, l3,
                               mem_bw);
  }
  std::string schemata() const { return read_file(root_ / "c1/schemata"); }
  static std::string error_of(Fd root, const ResctrlPlace& place, const std::string& l3,
                              const std::string& mem_bw) {
    try {
      (void)ResctrlUpdate::make(std::move(root), place, l3, mem_bw);
    } catch (const Error& e) {
      return e.what();
    }
    return {};
  }

  TempDir root_;  // NOLINT
};

TEST_F(ResctrlOfARunningContainer, GetsAnotherSchema) {
  ResctrlUpdate update = make("L3:0=000000000ff", "");
  update.apply();
  update.keep();
  EXPECT_EQ(schemata(), "L3:0=000000000ff\n");
}

TEST_F(ResctrlOfARunningContainer, GetsTheOldOneBackUnlessItIsKept) {
  root_.write("c1/schemata", "    L3:0=0000f\n");
  {
    ResctrlUpdate update = make("L3:0=000ff", "");
    update.apply();
    EXPECT_EQ(schemata().substr(0, 11), "L3:0=000ff\n");
  }
  EXPECT_EQ(schemata().substr(0, 11), "L3:0=0000f\n");
}

TEST_F(ResctrlOfARunningContainer, IsLeftAloneWhenNothingIsNamed) {
  ResctrlUpdate update = ResctrlUpdate::make(Fd(), {}, "", "");
  update.apply();
  update.keep();
  EXPECT_EQ(schemata(), "    L3:0=f\n");
}

TEST_F(ResctrlOfARunningContainer, IsRefusedInTheWordsOfRunc) {
  const ResctrlPlace place{.mount_point = root_.path(), .group = "c1"};
  const std::string no_l3 = "Intel RDT/CAT: l3 cache schema is not enabled";
  const std::string no_mb = "Intel RDT/MBA: memory bandwidth schema is not enabled";
  EXPECT_EQ(error_of(Fd(), place, "L3:0=1", ""), no_l3);
  EXPECT_EQ(error_of(Fd(), place, "", "MB:0=1"), no_mb);
  EXPECT_EQ(error_of(open_root(), {}, "L3:0=1", ""),
            "updating a non-existent Intel RDT configuration is not supported");
  EXPECT_EQ(error_of(open_root(), place, "MB:0=1", ""),
            R"("MB:0=1" must be one line that begins with "L3")");
  EXPECT_EQ(error_of(open_root(), place, "", "MB:0=1\nL3:0=1"),
            R"("MB:0=1\nL3:0=1" must be one line that begins with "MB")");
  std::filesystem::remove_all(root_ / "info/L3");
  EXPECT_EQ(error_of(open_root(), place, "L3:0=1", ""), no_l3);
}

TEST_F(ResctrlOfARunningContainer, IsMeasured) {
  root_.write("c1/mon_groups/c1/mon_data/mon_L3_01/llc_occupancy", "7\n");
  root_.write("c1/mon_groups/c1/mon_data/mon_L3_00/mbm_total_bytes", "5\n");
  root_.write("c1/mon_groups/c1/mon_data/mon_L3_00/mbm_local_bytes", "Unavailable\n");
  root_.write("c1/mon_data/mon_L3_00/llc_occupancy", "77\n");
  const Fd root = open_root();
  const ResctrlStats stats = read_resctrl_stats(root.get(), "c1", "c1/mon_groups/c1");
  EXPECT_EQ(stats.l3_cache_info, (L3CacheInfo{"fffff", 1, 16}));
  EXPECT_EQ(stats.l3_cache_schema_root, "L3:0=fffff");
  EXPECT_EQ(stats.l3_cache_schema, "L3:0=f");
  EXPECT_EQ(stats.mem_bw_info, (MemBwInfo{10, 1, 10, 8}));
  EXPECT_EQ(stats.mem_bw_schema_root, "MB:0=100");
  EXPECT_EQ(stats.mem_bw_schema, "");
  EXPECT_EQ(stats.schemata, (std::vector<std::string>{"L3:0=f"}));
  EXPECT_EQ(stats.mbm, (std::vector<MbmStats>{{5, 0}}));
  EXPECT_EQ(stats.cmt, (std::vector<CmtStats>{{7}}));
  EXPECT_EQ(read_resctrl_stats(root.get(), "c1", "").cmt, (std::vector<CmtStats>{{77}}));
}

TEST_F(ResctrlOfARunningContainer, HasNothingToTellWithoutTheHardware) {
  std::filesystem::remove_all(root_ / "info");
  std::filesystem::remove_all(root_ / "c1");
  const Fd root = open_root();
  EXPECT_EQ(read_resctrl_stats(root.get(), "c1", ""), ResctrlStats{});
}

}  // namespace
}  // namespace rt

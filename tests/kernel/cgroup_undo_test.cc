// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "runtime/kernel/cgroup/undo.h"

namespace rt {
namespace {

TEST(CgroupUndo, GivesBackWhatWasThere) {
  const struct {
    const char* file;
    const char* written;
    const char* content;
    const char* before;
  } rows[] = {
      {"memory.max", "4096", "max\n", "max"},
      {"cpu.max", "max 100000", "50000 100000\n", "50000 100000"},
      {"cpuset.cpus", "0", "\n", "\n"},
      {"cpuset.cpus", "0", "", "\n"},
      {"io.weight", "50", "default 100\n8:0 50\n", "default 100"},
      {"io.weight", "8:0 70", "default 100\n8:0 50\n", "8:0 50"},
      {"io.weight", "8:16 70", "default 100\n8:0 50\n", "8:16 default"},
      {"io.max", "8:0 rbps=1", "8:0 rbps=9 wbps=max riops=max wiops=max\n",
       "8:0 rbps=9 wbps=max riops=max wiops=max"},
      {"io.max", "8:0 rbps=1", "8:16 rbps=9 wbps=max riops=max wiops=max\n",
       "8:0 rbps=max wbps=max riops=max wiops=max"},
      {"blkio.throttle.read_bps_device", "8:0 5", "8:0 7\n", "8:0 7"},
      {"blkio.throttle.read_bps_device", "8:0 5", "", "8:0 0"},
      {"net_prio.ifpriomap", "eth0 5", "lo 0\neth0 3\n", "eth0 3"},
      {"rdma.max", "mlx4_0 hca_handle=2", "", "mlx4_0 hca_handle=max hca_object=max"},
      {"memory.oom_control", "1", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", "0"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(value_before(row.file, row.written, row.content), row.before)
        << row.file << ": " << row.written;
  }
}

}  // namespace
}  // namespace rt

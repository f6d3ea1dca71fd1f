// SPDX-License-Identifier: Apache-2.0
//
// The rows of stats_readers() (stats.cc): one function a controller and version.
#pragma once

#include "runtime/kernel/cgroup/stats.h"

namespace rt::stats_parts {

void cpu_v1(int dir_fd, CgroupStats& out);
void cpu_v2(int dir_fd, CgroupStats& out);
void cpuacct_v1(int dir_fd, CgroupStats& out);
void cpuset_v1(int dir_fd, CgroupStats& out);
void cpuset_v2(int dir_fd, CgroupStats& out);
void memory_v1(int dir_fd, CgroupStats& out);
void memory_v2(int dir_fd, CgroupStats& out);
void pids(int dir_fd, CgroupStats& out);
void io_v1(int dir_fd, CgroupStats& out);
void io_v2(int dir_fd, CgroupStats& out);
void hugetlb_v1(int dir_fd, CgroupStats& out);
void hugetlb_v2(int dir_fd, CgroupStats& out);

}  // namespace rt::stats_parts

// SPDX-License-Identifier: Apache-2.0
//
// linux.resources.rdma as lines of rdma.max, which is the same file on v1 and v2. Pure.
// Rules: runtime-spec config-linux.md "RDMA"; kernel admin-guide cgroup-v1/rdma; RR rows, CV-59.
#pragma once

#include <map>
#include <string>

#include "runtime/kernel/cgroup/writes.h"
#include "spec/resources.h"

namespace rt {

// Only what is given is written: "mlx5_1 hca_handle=3".
void append_rdma(const std::map<std::string, spec::Rdma>& devices, CgroupWrites& out);

}  // namespace rt

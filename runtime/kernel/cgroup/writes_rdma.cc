// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/writes_rdma.h"

namespace rt {

void append_rdma(const std::map<std::string, spec::Rdma>& devices, CgroupWrites& out) {
  for (const auto& [device, limits] : devices) {
    std::string line = device;
    if (limits.hca_handles) line += " hca_handle=" + std::to_string(*limits.hca_handles);
    if (limits.hca_objects) line += " hca_object=" + std::to_string(*limits.hca_objects);
    out.push_back({"rdma", "rdma.max", std::move(line)});
  }
}

}  // namespace rt

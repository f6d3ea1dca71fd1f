// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/writes_network.h"

#include <string>

#include "runtime/kernel/cgroup/limits.h"

namespace rt {

void append_v1_net_cls(const spec::Network& network, CgroupWrites& out) {
  const std::uint32_t id = network.class_id.value_or(0);
  if (id != 0) out.push_back({"net_cls", "net_cls.classid", std::to_string(id)});
}

void append_v1_net_prio(const spec::Network& network, CgroupWrites& out) {
  for (const spec::InterfacePriority& one : network.priorities) {
    out.push_back(
        {"net_prio", "net_prio.ifpriomap", one.name + " " + std::to_string(one.priority)});
  }
}

void append_v2_net_cls(const spec::Network& network, CgroupWrites& /*out*/) {
  if (network.class_id.value_or(0) != 0) refuse_resource("/network/classID", kNotOnV2);
}

void append_v2_net_prio(const spec::Network& network, CgroupWrites& /*out*/) {
  if (!network.priorities.empty()) refuse_resource("/network/priorities", kNotOnV2);
}

}  // namespace rt

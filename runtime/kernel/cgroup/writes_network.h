// SPDX-License-Identifier: Apache-2.0
//
// linux.resources.network as files of the v1 controllers "net_cls" and "net_prio". Pure. v2 has
// neither, so what asks for something is an error there. A class of 0 is "not set".
// The kernel looks for an interface in the network namespace of the process that writes.
// Rules: runtime-spec config-linux.md "Network"; RN rows, CV-61.
#pragma once

#include "runtime/kernel/cgroup/writes.h"
#include "spec/resources.h"

namespace rt {

void append_v1_net_cls(const spec::Network& network, CgroupWrites& out);
void append_v1_net_prio(const spec::Network& network, CgroupWrites& out);

// Each appends nothing, or throws Error(kBadConfig) with the JSON Pointer.
void append_v2_net_cls(const spec::Network& network, CgroupWrites& out);
void append_v2_net_prio(const spec::Network& network, CgroupWrites& out);

}  // namespace rt

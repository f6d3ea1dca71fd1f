// SPDX-License-Identifier: Apache-2.0
//
// Network devices of the host for the container's network namespace (linux.netDevices). The kernel
// keeps the device's own attributes (MTU, hardware address) and takes it down and its addresses
// away; those that are permanent and global come back here, and it is set up.
// Not for addresses and routes of the container's: those are its network manager's affair.
//
// A device that has moved stays where it is. When the namespace ends, the kernel gives physical
// ones back to the initial namespace and destroys virtual ones. So whatever can be known before
// is checked before the first one moves.
// Rule: runtime-spec config-linux.md "Network Devices"; decision 0016.
#pragma once

#include <map>
#include <string>

#include "spec/linux.h"

namespace rt {

// From the caller's network namespace; needs CAP_NET_ADMIN over both. Throws with the JSON pointer
// of the device; then none has moved, unless the kernel refused what it had promised.
void move_net_devices(const std::map<std::string, spec::NetDevice>& devices, int netns_fd);

}  // namespace rt

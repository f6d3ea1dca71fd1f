// SPDX-License-Identifier: Apache-2.0
//
// linux.sysctl, written from inside the container's namespaces through a private procfs.
// Rule: runtime-spec config-linux.md "Sysctl". What a key means: spec/sysctl_key.h.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rt {

// {"net/ipv4/ip_forward", "1"}: paths below /proc/sys.
void write_sysctls(const std::vector<std::pair<std::string, std::string>>& settings);

}  // namespace rt

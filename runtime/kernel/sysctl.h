// SPDX-License-Identifier: Apache-2.0
//
// linux.sysctl, written from inside the container's namespaces through a private procfs.
// Rule: runtime-spec config-linux.md "Sysctl". What a key means: spec/sysctl_key.h.
#pragma once

#include <string>
#include <vector>

namespace rt {

struct SysctlStep {
  std::string origin{};  // "/linux/sysctl/net.ipv4.ip_forward", the place to name in an error
  std::string path{};    // "net/ipv4/ip_forward", below /proc/sys
  std::string value{};
};
void write_sysctls(const std::vector<SysctlStep>& steps);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// uid_map and gid_map of a user namespace, written from outside by the runtime: all lines in one
// write(2). Rule: user_namespaces(7); runtime-spec config-linux.md "User namespace mappings".
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "spec/linux.h"

namespace rt {

std::string to_map_text(const std::vector<spec::IdMapping>& mappings);

// For a process that has just made its user namespace. Throws with the kernel's answer.
void write_id_maps(pid_t pid, const std::vector<spec::IdMapping>& uids,
                   const std::vector<spec::IdMapping>& gids);

// A user namespace that nobody is in, to id-map a mount with (mount_setattr(2)).
Fd make_user_namespace(const std::vector<spec::IdMapping>& uids,
                       const std::vector<spec::IdMapping>& gids);

// The container's id as the host sees it; throws kBadConfig with `what` when it is not mapped.
std::uint32_t to_host_id(const std::vector<spec::IdMapping>& mappings, std::uint32_t container_id,
                         const std::string& what);

}  // namespace rt

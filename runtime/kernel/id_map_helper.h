// SPDX-License-Identifier: Apache-2.0
//
// newuidmap(1) and newgidmap(1): the setuid programs that give a user the ids of /etc/subuid and
// /etc/subgid. They are looked for in a fixed list of directories, never in PATH: managers call rt
// without one, and a caller's PATH decides nothing here (decision 0015).
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "spec/linux.h"

namespace rt {

struct MapHelper {
  std::string_view program;  // "newuidmap"
  std::string_view table;    // "/etc/subuid"
  std::string_view flag;     // of usermod(8), "--add-subuids"
  std::string_view pointer;  // into config.json
};
inline constexpr MapHelper kNewUidMap{"newuidmap", "/etc/subuid", "--add-subuids",
                                      "/linux/uidMappings"};
inline constexpr MapHelper kNewGidMap{"newgidmap", "/etc/subgid", "--add-subgids",
                                      "/linux/gidMappings"};

// Returns when the map is written. Throws with what the helper said and what the table allows.
void run_map_helper(const MapHelper& helper, pid_t pid, const std::vector<spec::IdMapping>& map);

// What subuid(5) gives to a user, known by name or number: "100000 65536, 300000 10"; "" nothing.
std::string ranges_of(std::string_view table, std::string_view user_name, std::uint32_t uid);

}  // namespace rt

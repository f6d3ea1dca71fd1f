// SPDX-License-Identifier: Apache-2.0
//
// uid_map and gid_map of a user namespace, written from outside by the runtime: all lines in one
// write(2), or by newuidmap(1) and newgidmap(1) where the caller may not map such ids itself.
// Rule: user_namespaces(7); runtime-spec config-linux.md "User namespace mappings".
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/fd.h"
#include "spec/linux.h"

namespace rt {

std::string to_map_text(const std::vector<spec::IdMapping>& mappings);

enum class MapWriter : std::uint8_t {
  kSelf,    // write(2): the caller is privileged, or maps its own id alone
  kHelper,  // newuidmap or newgidmap, which know /etc/subuid and /etc/subgid
};

struct IdMaps {
  std::vector<spec::IdMapping> uids{};
  std::vector<spec::IdMapping> gids{};
  MapWriter uid_writer = MapWriter::kSelf;
  MapWriter gid_writer = MapWriter::kSelf;
  bool deny_setgroups = false;  // user_namespaces(7): before a group may map its own id alone
};

// Who writes the maps. Pure.
struct IdMapper {
  std::uint32_t uid = 0;  // effective ids of the runtime
  std::uint32_t gid = 0;
  bool any_id = true;  // CAP_SETUID and CAP_SETGID: the kernel takes every map
};
IdMaps to_id_maps(std::vector<spec::IdMapping> uids, std::vector<spec::IdMapping> gids,
                  const IdMapper& caller);

// For a process that has just made its user namespace. Throws with the answer of the kernel or of
// the helper.
void write_id_maps(pid_t pid, const IdMaps& maps);

// Those of a user namespace, with the ids outside as this process sees them: only from inside can
// they be asked for, so a process goes there for a moment.
IdMaps read_id_maps(const Fd& user_namespace);
std::vector<spec::IdMapping> parse_map_text(std::string_view text);
// In any order.
[[nodiscard]] bool same_maps(std::vector<spec::IdMapping> a, std::vector<spec::IdMapping> b);

// A user namespace that nobody is in, to id-map a mount with (mount_setattr(2)).
Fd make_user_namespace(const std::vector<spec::IdMapping>& uids,
                       const std::vector<spec::IdMapping>& gids);

[[nodiscard]] bool is_mapped(const std::vector<spec::IdMapping>& mappings,
                             std::uint32_t container_id);

// The container's id as the host sees it; throws kBadConfig with `what` when it is not mapped.
std::uint32_t to_host_id(const std::vector<spec::IdMapping>& mappings, std::uint32_t container_id,
                         const std::string& what);

}  // namespace rt

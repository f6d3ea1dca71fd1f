// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/oom_kills.h"

#include <fcntl.h>

#include "runtime/base/sys.h"
#include "runtime/kernel/cgroup/tree.h"

namespace rt {
namespace {

bool on_v1(const Cgroup& group) {
  return group.version_of("memory") == CgroupVersion::kV1;
}

std::optional<std::uint64_t> kills_in(int dir_fd, const char* file) {
  const auto text = cgroup_tree::read_if_exists(dir_fd, file);
  if (!text) return {};
  return cgroup_tree::value_of(*text, "oom_kill");
}

std::optional<std::uint64_t> kills_above(const Cgroup& group) {
  const int dir = group.fd_of("memory");
  if (dir < 0 || on_v1(group)) return {};
  const auto above = sys::open_at_if_exists(dir, "..", O_PATH | O_DIRECTORY);
  return above ? kills_in(above->get(), "memory.events") : std::nullopt;
}

}  // namespace

OomKills::OomKills(const Cgroup& group, Goes goes)
    : group_(group), before_(group.is_new() ? 0 : counted(group).value_or(0)) {
  if (goes == Goes::kWithLastProcess) above_before_ = kills_above(group);
}

std::optional<std::uint64_t> OomKills::counted(const Cgroup& group) {
  const int dir = group.fd_of("memory");
  if (dir < 0) return {};
  return kills_in(dir, on_v1(group) ? "memory.oom_control" : "memory.events");
}

bool OomKills::happened() const {
  if (const auto inside = counted(group_)) return *inside > before_;
  return above_before_ && kills_above(group_).value_or(0) > *above_before_;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/permission.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "runtime/kernel/cgroup/tree.h"

namespace rt {
namespace tree = cgroup_tree;
namespace {

bool writable(int dir_fd, const char* name) {
  return ::faccessat(dir_fd, name, W_OK, AT_EACCESS) == 0;
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? std::string() : path.substr(0, slash);
}

bool is_within(const std::string& path, const std::string& ancestor) {
  return ancestor.empty() || path == ancestor || path.starts_with(ancestor + "/");
}

// A process moves on v2 only with write access to cgroup.procs of the level that both places share.
bool may_move(int root_fd, const std::string& from, const std::string& to) {
  std::string shared = to;
  while (!is_within(from, shared)) shared = parent_of(shared);
  const auto dir = tree::open_below_if_exists(root_fd, shared);
  return dir && writable(dir->get(), "cgroup.procs");
}

bool is_open(const CgroupHierarchy& hierarchy, const CgroupPlace& place) {
  const auto root = tree::open_root_if_exists(place);
  if (!root) return false;
  std::string path = place.path;
  auto dir = tree::open_below_if_exists(root->get(), path);
  const bool exists = dir.has_value();
  while (!dir && !path.empty()) {
    path = parent_of(path);
    dir = tree::open_below_if_exists(root->get(), path);
  }
  if (!dir || !writable(dir->get(), exists ? "cgroup.procs" : ".")) return false;
  return place.version == CgroupVersion::kV1 || may_move(root->get(), hierarchy.own_path, path);
}

}  // namespace

std::vector<std::size_t> closed_cgroups(const CgroupHost& host, const CgroupPlaces& places) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!is_open(host.hierarchies[i], places[i])) out.push_back(i);
  }
  return out;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/missing.h"

#include <algorithm>

#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/tree.h"

namespace rt {
namespace tree = cgroup_tree;
namespace {

bool lists(int dir_fd, const char* file, std::string_view controller) {
  const auto text = tree::read_if_exists(dir_fd, file);
  if (!text) return false;
  const auto words = split_blank(trim(*text));
  return std::find(words.begin(), words.end(), controller) != words.end();
}

}  // namespace

std::string why_missing(const CgroupPlace& place, std::string_view controller) {
  if (place.version != CgroupVersion::kV2 || controller == "cgroup") return {};
  auto dir = tree::open_root_if_exists(place);
  if (!dir) return {};
  const std::string name = "controller " + quoted(controller);
  if (!lists(dir->get(), "cgroup.controllers", controller)) {
    return name + " is not in the cgroup v2 hierarchy of this host";
  }
  std::string level = "/";
  for (const std::string_view part : split(place.path, '/')) {
    if (!lists(dir->get(), "cgroup.subtree_control", controller)) {
      const auto procs = tree::read_if_exists(dir->get(), "cgroup.procs");
      const bool busy = procs && !trim(*procs).empty();
      return name + " is not enabled below cgroup " + quoted(level) +
             (busy ? ", because processes live in it: move them into a cgroup below it first" : "");
    }
    auto child = tree::open_below_if_exists(dir->get(), std::string(part));
    if (!child) return {};
    dir = std::move(child);
    level += (level.size() > 1 ? "/" : "") + std::string(part);
  }
  return {};
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/criu_mounts.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

std::string without_prefix(const std::string& path, const std::string& prefix) {
  if (prefix.empty() || prefix == "/" || !path.starts_with(prefix)) return path;
  const std::string rest = path.substr(prefix.size());
  return rest.empty() ? "/" : rest;
}

// Links in the part that is there are followed; the rest is as it was given.
std::string resolved(const Root& root, const std::string& root_path, const std::string& path) {
  std::string missing;
  for (std::string there = path; there.size() > 1;) {
    if (const auto fd = root.open_if_exists(there, O_PATH)) {
      const std::string found =
          sys::readlink_at(AT_FDCWD, "/proc/self/fd/" + std::to_string(fd->get()));
      return without_prefix(found, root_path) + missing;
    }
    const std::size_t at = there.rfind('/');
    missing.insert(0, there.substr(at));
    there.resize(at);
  }
  return missing;
}

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

std::string source_of(const TreePlan& tree, const CgroupPlaces& places, const std::string& bundle) {
  if (tree.own_cgroup) {
    return places[*tree.own_cgroup].mount_point + "/" + places[*tree.own_cgroup].path;
  }
  return tree.source.starts_with('/') ? tree.source : bundle + "/" + tree.source;
}

// One after another, in the order of rt-init (stage2.cc): each mount that needs a tree takes the
// next one.
class TreeOrder {
 public:
  explicit TreeOrder(const ContainerPlan& plan) : trees_(plan.trees) {}
  const TreePlan* of(const MountStep& step) {
    if (step.kind != MountKind::kTree && step.has_fallback == 0) return nullptr;
    const TreePlan& tree = trees_[next_++];
    // The kernel mounts what has a fallback, as a rule.
    return step.kind == MountKind::kTree ? &tree : nullptr;
  }
  const TreePlan* of(const DeviceStep& step) { return step.bind != 0 ? &trees_[next_++] : nullptr; }

 private:
  const std::vector<TreePlan>& trees_;
  std::size_t next_ = 0;
};

bool is_directory(const std::string& path) {
  const auto facts = sys::stat_at_if_exists(AT_FDCWD, path, 0);
  return !facts || S_ISDIR(facts->st_mode);
}

}  // namespace

std::vector<HostMount> host_mounts(const ContainerPlan& plan, const Root& root,
                                   const std::string& root_path, const std::string& bundle) {
  std::vector<HostMount> out;
  TreeOrder trees(plan);
  const auto add = [&](const TreePlan* tree, const std::string& destination) {
    if (tree == nullptr) return;
    out.push_back({.destination = resolved(root, root_path, destination),
                   .source = source_of(*tree, plan.cgroup.places, bundle)});
  };
  for (const MountStep& step : plan.init.mounts) add(trees.of(step), step.destination);
  for (const DeviceStep& step : plan.init.devices) add(trees.of(step), step.path);
  return out;
}

void make_mount_points(const ContainerPlan& plan, const Root& rootfs, const std::string& bundle) {
  struct Covered {
    std::string where;
    std::string source;  // empty: a filesystem of its own
  };
  std::vector<Covered> covered;
  TreeOrder trees(plan);
  for (const MountStep& step : plan.init.mounts) {
    const TreePlan* tree = trees.of(step);
    if (step.kind == MountKind::kRemount) continue;
    const Context origin(step.origin);
    const Context here("mount point", step.destination);
    const std::string source = tree != nullptr ? source_of(*tree, plan.cgroup.places, bundle) : "";
    const bool directory = source.empty() || is_directory(source);
    const auto over = std::find_if(covered.rbegin(), covered.rend(), [&](const Covered& one) {
      return is_below(step.destination, one.where);
    });
    const auto make = [&](const Root& root, const std::string& path) {
      (void)(directory ? root.make_directory(path) : root.make_file(path));
    };
    if (over == covered.rend()) {
      make(rootfs, step.destination);
    } else if (!over->source.empty()) {
      make(Root(sys::open(over->source, O_PATH)), step.destination.substr(over->where.size()));
    }
    if (directory) covered.push_back({step.destination, source});
  }
}

std::vector<std::string> masked_files(const std::vector<std::string>& paths, const Root& root) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    const auto there = root.open_if_exists(path, O_PATH);
    if (there && !S_ISDIR(sys::fstat(there->get()).st_mode)) out.push_back(path);
  }
  return out;
}

}  // namespace rt

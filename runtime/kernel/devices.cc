// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/devices.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <span>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/mount.h"

namespace rt {
namespace {

bool is_device(const struct stat& facts, const DeviceStep& step) {
  if ((facts.st_mode & S_IFMT) != step.type) return false;
  return step.type == S_IFIFO || facts.st_rdev == makedev(step.major, step.minor);
}

[[noreturn]] void throw_occupied(const DeviceStep& step) {
  throw Error(Code::kBadConfig,
              quoted(step.path) + " already exists and is not the device that was asked for",
              {.path = step.path});
}

void bind_node(const Root& root, const DeviceStep& step, const Fd& host_node) {
  const Place place = root.make_parent(step.path);
  const auto found = sys::stat_at_if_exists(place.parent.get(), place.name, AT_SYMLINK_NOFOLLOW);
  if (found && S_ISLNK(found->st_mode)) throw_occupied(step);
  const Fd where = root.make_file(step.path);
  sys::move_mount(host_node.get(), "", where.get(), "",
                  MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

struct Link {
  const char* name;
  const char* target;
};
struct LinksInto {
  const char* needed;  // must exist in the container for the links to be made
  std::span<const Link> links;
};
constexpr std::array<Link, 4> kToDescriptors{{{"fd", "/proc/self/fd"},
                                              {"stdin", "/proc/self/fd/0"},
                                              {"stdout", "/proc/self/fd/1"},
                                              {"stderr", "/proc/self/fd/2"}}};
constexpr std::array<Link, 1> kToMemory{{{"core", "/proc/kcore"}}};
constexpr std::array<LinksInto, 2> kLinks{
    {{"/proc/self/fd", kToDescriptors}, {"/proc/kcore", kToMemory}}};

}  // namespace

int DeviceMaker::parent_of(const std::string& path) {
  const std::string above = path.substr(0, path.rfind('/'));
  if (!parent_.valid() || above != parent_path_) parent_ = root_.make_directory(above);
  parent_path_ = above;
  return parent_.get();
}

void DeviceMaker::make(const DeviceStep& step, Fd host_node) {
  if (step.bind != 0) return bind_node(root_, step, host_node);
  const std::string name = step.path.substr(step.path.rfind('/') + 1);
  if (name.empty()) throw_occupied(step);
  const int parent = parent_of(step.path);
  if (!sys::mknod_at_unless_exists(parent, name, step.type | step.mode,
                                   makedev(step.major, step.minor))) {
    const auto found = sys::stat_at_if_exists(parent, name, AT_SYMLINK_NOFOLLOW);
    if (!found || !is_device(*found, step)) throw_occupied(step);
    return;
  }
  if (step.uid != 0 || step.gid != 0) {
    const Fd node = sys::open_at(parent, name, O_PATH | O_NOFOLLOW);
    sys::fchown(node.get(), step.uid, step.gid);
  }
}

void DeviceMaker::make_links() {
  const int dev = parent_of("/dev/");
  // The container's own ptmx replaces whatever the image has (DEF-12).
  if (!sys::symlink_at_unless_exists("pts/ptmx", dev, "ptmx")) {
    sys::unlink_at_if_exists(dev, "ptmx");
    sys::symlink_at("pts/ptmx", dev, "ptmx");
  }
  for (const LinksInto& into : kLinks) {
    if (!root_.open_if_exists(into.needed, O_PATH)) continue;
    for (const Link& link : into.links) {
      (void)sys::symlink_at_unless_exists(link.target, dev, link.name);
    }
  }
}

Fd clone_host_device(const DeviceStep& step, std::uint64_t attributes) {
  // A copy of a shared mount is a peer of it: a mount over the container's device would cover the
  // host's too.
  mount_attr attr{};
  attr.attr_set = attributes;
  attr.propagation = MS_PRIVATE;
  Fd tree = sys::open_tree_attr(AT_FDCWD, step.path, OPEN_TREE_CLONE | AT_SYMLINK_NOFOLLOW, attr);
  if (!is_device(sys::fstat(tree.get()), step)) {
    throw Error(
        Code::kUnsupported,
        "in a user namespace, or without CAP_MKNOD, only devices can be had that the host has "
        "at the same path: " +
            quoted(step.path) + " is another one here",
        {.path = step.path});
  }
  return tree;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/devices.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

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
  std::string_view name;
  std::string_view target;
  std::string_view needs;  // must exist in the container for the link to be made; "" always
};
constexpr std::array<Link, 5> kLinks{{{"fd", "/proc/self/fd", "/proc/self/fd"},
                                      {"stdin", "/proc/self/fd/0", "/proc/self/fd"},
                                      {"stdout", "/proc/self/fd/1", "/proc/self/fd"},
                                      {"stderr", "/proc/self/fd/2", "/proc/self/fd"},
                                      {"core", "/proc/kcore", "/proc/kcore"}}};

}  // namespace

void make_device(const Root& root, const DeviceStep& step, Fd host_node) {
  if (step.bind != 0) return bind_node(root, step, host_node);
  const Place place = root.make_parent(step.path);
  const auto found = sys::stat_at_if_exists(place.parent.get(), place.name, AT_SYMLINK_NOFOLLOW);
  if (found) {
    if (!is_device(*found, step)) throw_occupied(step);
    return;
  }
  sys::mknod_at(place.parent.get(), place.name, step.type | step.mode,
                makedev(step.major, step.minor));
  if (step.uid != 0 || step.gid != 0) {
    const Fd node = sys::open_at(place.parent.get(), place.name, O_PATH | O_NOFOLLOW);
    sys::fchown(node.get(), step.uid, step.gid);
  }
}

void make_dev_links(const Root& root) {
  const Fd dev = root.make_directory("/dev");
  // The container's own ptmx replaces whatever the image has (DEF-12).
  sys::unlink_at_if_exists(dev.get(), "ptmx");
  sys::symlink_at("pts/ptmx", dev.get(), "ptmx");
  for (const Link& link : kLinks) {
    const std::string name(link.name);
    if (!root.open_if_exists(std::string(link.needs), O_PATH)) continue;
    if (sys::stat_at_if_exists(dev.get(), name, AT_SYMLINK_NOFOLLOW)) continue;
    sys::symlink_at(std::string(link.target), dev.get(), name);
  }
}

Fd clone_host_device(const DeviceStep& step) {
  Fd tree = sys::open_tree(AT_FDCWD, step.path, OPEN_TREE_CLONE | AT_SYMLINK_NOFOLLOW);
  if (!is_device(sys::fstat(tree.get()), step)) {
    throw Error(Code::kUnsupported,
                "a user namespace can only have devices that the host has at the same path: " +
                    quoted(step.path) + " is another one here",
                {.path = step.path});
  }
  return tree;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/masked_paths.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/kernel/devices.h"

namespace rt {
namespace {

void attach(int tree_fd, const Fd& where) {
  sys::move_mount(tree_fd, "", where.get(), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

// One mount put over many places: the first is moved, the others are clones of the attached one
// (kernels before 6.15 cannot clone a detached mount).
class Cover {
 public:
  explicit Cover(Fd tree) : tree_(std::move(tree)) {}
  void put_over(const Fd& where) {
    if (!std::exchange(used_, true)) return attach(tree_.get(), where);
    attach(sys::open_tree(tree_.get(), "", AT_EMPTY_PATH | OPEN_TREE_CLONE).get(), where);
  }

 private:
  Fd tree_;
  bool used_ = false;
};

Fd empty_directory() {
  const Fd fs = sys::fsopen("tmpfs");
  sys::fsconfig_string(fs.get(), "mode", "0555");
  sys::fsconfig_string(fs.get(), "nr_inodes", "1");
  sys::fsconfig_create(fs.get());
  return sys::fsmount(fs.get(),
                      MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

}  // namespace

void make_read_only(const Root& root, const std::vector<std::string>& paths) {
  constexpr unsigned kFlags = AT_EMPTY_PATH | OPEN_TREE_CLONE | AT_RECURSIVE;
  mount_attr read_only{};
  read_only.attr_set = MOUNT_ATTR_RDONLY;
  for (const std::string& path : paths) {
    const Context here("make read-only", path);
    const auto where = root.open_if_exists(path, O_PATH);
    if (!where) continue;
    attach(sys::open_tree_attr(where->get(), "", kFlags, read_only).get(), *where);
  }
}

void mask(const Root& root, const std::vector<std::string>& paths, Fd null_device) {
  Cover file(std::move(null_device));
  std::optional<Cover> directory;
  for (const std::string& path : paths) {
    const Context here("mask", path);
    const auto where = root.open_if_exists(path, O_PATH);
    if (!where) continue;
    if (!S_ISDIR(sys::fstat(where->get()).st_mode)) {
      file.put_over(*where);
      continue;
    }
    if (!directory) directory.emplace(empty_directory());
    directory->put_over(*where);
  }
}

Fd make_null_device() {
  return clone_host_device({.path = "/dev/null", .type = S_IFCHR, .major = 1, .minor = 3},
                           MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
}

}  // namespace rt

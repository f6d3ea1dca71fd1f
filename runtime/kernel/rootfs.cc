// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/rootfs.h"

#include <fcntl.h>
#include <sys/mount.h>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {

void isolate_mounts() {
  mount_attr attr{};
  attr.propagation = MS_SLAVE;
  sys::mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, attr);
}

Fd open_rootfs_place(const RootfsPlan& plan) {
  // The runtime's descriptor belongs to another mount namespace, so the path is walked once more;
  // without links, and to the same inode, or somebody is exchanging directories.
  Fd where = sys::open_at2(AT_FDCWD, plan.host_path, O_PATH | O_DIRECTORY,
                           RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
  const struct stat found = sys::fstat(where.get());
  if (found.st_dev != plan.device || found.st_ino != plan.inode) {
    throw Error(Code::kBadBundle,
                "rootfs " + quoted(plan.host_path) +
                    " is another directory now, or in the joined mount namespace",
                {.path = plan.host_path});
  }
  return where;
}

Fd clone_rootfs(const RootfsPlan& plan, int root_fd) {
  const bool follows_host = plan.has_propagation != 0 && (plan.propagation.kind == MS_SHARED ||
                                                          plan.propagation.kind == MS_SLAVE);
  mount_attr attr{};
  attr.propagation = follows_host ? MS_SLAVE : MS_PRIVATE;
  return sys::open_tree_attr(root_fd, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | AT_RECURSIVE, attr);
}

void attach_rootfs(const RootfsPlan& plan, int tree_fd) {
  const Fd where = open_rootfs_place(plan);
  sys::move_mount(tree_fd, "", where.get(), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

void enter_rootfs(const RootfsPlan& plan, int root_fd) {
  sys::fchdir(root_fd);
  switch (plan.enter) {
    case EnterRoot::kPivot:
      // New and old root stacked on one directory: no mount point inside the image is needed,
      // and the old root is never reachable from the new one (pivot_root(2), NOTES).
      sys::pivot_root(".", ".");
      sys::umount(".", MNT_DETACH);
      break;
    case EnterRoot::kMove: {
      const Fd host_root = sys::open("/", O_PATH | O_DIRECTORY);
      sys::move_mount(root_fd, "", host_root.get(), "",
                      MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
      sys::chroot(".");
      break;
    }
    case EnterRoot::kChroot:
      sys::chroot(".");
      break;
  }
  sys::chdir("/");
}

void make_rootfs_read_only(int root_fd) {
  mount_attr attr{};
  attr.attr_set = MOUNT_ATTR_RDONLY;
  sys::mount_setattr(root_fd, "", AT_EMPTY_PATH, attr);
}

}  // namespace rt

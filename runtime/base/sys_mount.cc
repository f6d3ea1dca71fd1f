// SPDX-License-Identifier: Apache-2.0
//
// Mounts by descriptor: the fsopen family (kernel 5.2) and mount_setattr (5.12). Declared in sys.h.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt::sys {
namespace {

int check(long result, std::string_view name, std::string_view path = {}) {
  if (result < 0) throw_errno(name, path);
  return static_cast<int>(result);
}

}  // namespace

Fd fsopen(const std::string& type) {
  return Fd(check(::syscall(SYS_fsopen, type.c_str(), FSOPEN_CLOEXEC), "fsopen", type));
}

void fsconfig_flag(int fs_fd, const std::string& key) {
  check(::syscall(SYS_fsconfig, fs_fd, FSCONFIG_SET_FLAG, key.c_str(), nullptr, 0), "fsconfig",
        key);
}

void fsconfig_string(int fs_fd, const std::string& key, const std::string& value) {
  check(::syscall(SYS_fsconfig, fs_fd, FSCONFIG_SET_STRING, key.c_str(), value.c_str(), 0),
        "fsconfig", key + "=" + value);
}

void fsconfig_create(int fs_fd) {
  check(::syscall(SYS_fsconfig, fs_fd, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0),
        "fsconfig create");
}

Fd fspick(int mount_fd) {
  constexpr unsigned kFlags = FSPICK_CLOEXEC | FSPICK_EMPTY_PATH;
  return Fd(check(::syscall(SYS_fspick, mount_fd, "", kFlags), "fspick"));
}

void fsconfig_reconfigure(int fs_fd) {
  check(::syscall(SYS_fsconfig, fs_fd, FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0),
        "fsconfig reconfigure");
}

Fd fsmount(int fs_fd, unsigned attr_flags) {
  return Fd(check(::syscall(SYS_fsmount, fs_fd, FSMOUNT_CLOEXEC, attr_flags), "fsmount"));
}

Fd open_tree(int dir_fd, const std::string& path, unsigned flags) {
  return Fd(check(::syscall(SYS_open_tree, dir_fd, path.c_str(), flags | OPEN_TREE_CLOEXEC),
                  "open_tree", path));
}

// Whatever it fails with, the two calls say it in the words that callers know.
Fd open_tree_attr(int dir_fd, const std::string& path, unsigned flags, const mount_attr& attr) {
  constexpr long kOpenTreeAttr = 467;  // SYS_open_tree_attr, the same on all architectures
  static bool there = true;
  mount_attr copy = attr;
  if (there) {
    const long fd = ::syscall(kOpenTreeAttr, dir_fd, path.c_str(), flags | OPEN_TREE_CLOEXEC, &copy,
                              sizeof copy);
    if (fd >= 0) return Fd(static_cast<int>(fd));
    there = errno != ENOSYS && errno != EPERM;  // EPERM: also a filter that does not know it
  }
  Fd tree = open_tree(dir_fd, path, flags);
  mount_setattr(tree.get(), "", AT_EMPTY_PATH | (flags & AT_RECURSIVE), attr);
  return tree;
}

void move_mount(int from_fd, const std::string& from, int to_fd, const std::string& to,
                unsigned flags) {
  check(::syscall(SYS_move_mount, from_fd, from.c_str(), to_fd, to.c_str(), flags), "move_mount");
}

void mount_setattr(int fd, const std::string& path, unsigned flags, const mount_attr& attr) {
  mount_attr copy = attr;
  check(::syscall(SYS_mount_setattr, fd, path.c_str(), flags, &copy, sizeof copy), "mount_setattr",
        path);
}

}  // namespace rt::sys

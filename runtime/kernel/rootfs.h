// SPDX-License-Identifier: Apache-2.0
//
// The root filesystem of a container: put into its mount namespace, entered, made read-only.
// Rule: runtime-spec config.md "Root", config-linux.md "Rootfs Mount Propagation"; pivot_root(2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/base/fd.h"
#include "runtime/kernel/mount.h"

namespace rt {

enum class EnterRoot : std::uint8_t {
  kPivot,   // pivot_root(".", "."): the old root is unmounted
  kMove,    // --no-pivot: the root is moved over / (initramfs has no parent mount to pivot from)
  kChroot,  // no mount namespace of its own: nothing is mounted
};

struct RootfsPlan {
  std::string host_path{};   // absolute, free of links
  std::uint64_t device = 0;  // st_dev and st_ino of host_path as the runtime saw them
  std::uint64_t inode = 0;
  EnterRoot enter = EnterRoot::kPivot;
  std::uint8_t read_only = 0;
  std::uint8_t has_propagation = 0;
  Propagation propagation{};  // of the container's /, when all that binds is done
};

// Stops what happens in this mount namespace from reaching the one it was copied from.
void isolate_mounts();

// The plan's host path in this mount namespace, which must still be the same inode.
Fd open_rootfs_place(const RootfsPlan& plan);

// A detached copy of the tree at `root_fd`, with the propagation that the plan needs.
Fd clone_rootfs(const RootfsPlan& plan, int root_fd);

// Moves the detached tree onto the plan's host path.
void attach_rootfs(const RootfsPlan& plan, int tree_fd);

// Makes `root_fd` the root and working directory.
void enter_rootfs(const RootfsPlan& plan, int root_fd);

void make_rootfs_read_only(int root_fd);

}  // namespace rt

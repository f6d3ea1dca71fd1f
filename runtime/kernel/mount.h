// SPDX-License-Identifier: Apache-2.0
//
// One mount, by descriptors: it is made detached, given its final attributes, and only then moved
// onto a mount point that openat2 pinned inside the root (fsopen family, kernel 5.2; mount_setattr,
// 5.12). No mount(2), no bind-then-remount, no path that a container could exchange in between
// (CVE-2021-30465, CVE-2019-19921).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/beneath.h"
#include "runtime/base/fd.h"

namespace rt {

struct Propagation {
  std::uint64_t kind = 0;      // MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE
  std::uint8_t recursive = 0;  // 1: with everything below
};

// What mount_setattr(2) shall change; MOUNT_ATTR_* bits.
struct MountChange {
  std::uint64_t set = 0;
  std::uint64_t clear = 0;
  std::uint64_t recursive_set = 0;
  std::uint64_t recursive_clear = 0;
};

enum class MountKind : std::uint8_t {
  kFilesystem,  // a new instance of `type`, made where the container's namespaces are
  kTree,     // a detached copy of host files, made by the runtime and handed over as a descriptor
  kRemount,  // change of what is already mounted at the destination; with `options` also of its
             // filesystem
};

struct MountStep {
  MountKind kind = MountKind::kFilesystem;
  std::string destination{};           // absolute and clean, inside the root
  std::string type{};                  // kFilesystem only
  std::string source{};                // device or dummy; for a tree the host path, for messages
  std::vector<std::string> options{};  // "word" or "key=value" for fsconfig(2), in order
  MountChange change{};
  std::vector<Propagation> propagation{};  // applied in order, last
  std::vector<std::pair<std::string, std::string>>
      links{};                      // made inside the new mount: name, target
  std::uint8_t read_only_last = 0;  // 1: writable until every mount and device is in place
  std::string label{};  // SELinux label for the root of a filesystem that takes no context= option
  std::uint8_t copy_up = 0;       // 1: starts with what it covers (tmpfs only, copy_up.h)
  std::uint8_t has_fallback = 0;  // 1: a tree comes along, for where the kernel refuses `type`
  std::string origin{};           // where config.json asks for it; "" for one of our own
};

// A detached copy of `source` (with what is mounted below it when `recursive`), changed as asked.
// `from_dir_fd` resolves a relative source. `user_ns_fd` >= 0 id-maps it (MOUNT_ATTR_IDMAP).
struct TreeRequest {
  std::string source{};
  int from_dir_fd = -1;
  int user_ns_fd = -1;
  bool recursive = false;
  bool recursive_id_map = false;
  bool follow_link = true;  // false: the source itself must not be a link
  bool keep_peers = false;  // true: stay in the host's peer group (rootfsPropagation shared)
  bool keep_flags = false;  // true: for another user namespace, which must not lose ro, nosuid, …
};
Fd make_tree(const TreeRequest& request, const MountChange& change,
             const std::vector<Propagation>& propagation);

// The whole of one step. `tree` is the received descriptor for kTree. Returns the descriptor of the
// mount, which stays usable after it is attached (finish_read_only()).
Fd mount_step(const Root& root, const MountStep& step, Fd tree);

// Sets the attributes that read_only_last put off.
void finish_read_only(const Fd& mounted);

void set_propagation(int mount_fd, const Propagation& propagation);

}  // namespace rt

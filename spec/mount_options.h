// SPDX-License-Identifier: Apache-2.0
//
// The words of `mounts[].options` and what they ask for, as flags for the descriptor-based mount
// API. One table parses them and fills `mountOptions` of `rt features`.
// Not for applying them (kernel/mount), nor for deciding what fits a file system: words that the
// table does not know go to the file system, in order.
// Rules: runtime-spec config.md "Linux mount options"; of two contradictory words the last wins
// (mount(8)). Never throws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rt::spec {

// MOUNT_ATTR_* for one mount_setattr(2). `clear` holds the whole MOUNT_ATTR__ATIME mask as soon as
// the access-time mode changes in any way, as the kernel demands; no other bit is in both.
struct AttrChange {
  std::uint64_t set = 0;
  std::uint64_t clear = 0;
  [[nodiscard]] bool any() const noexcept { return (set | clear) != 0; }
  bool operator==(const AttrChange&) const = default;
};

struct MountOptions {
  AttrChange attr{};      // this mount. Apply it after rec_attr.
  AttrChange rec_attr{};  // this mount and all below it: AT_RECURSIVE, kernel 5.12
  std::vector<std::uint64_t> propagation{};  // MS_SHARED, ... with or without MS_REC; one call each
  std::uint64_t superblock_set = 0;          // MS_SYNCHRONOUS, MS_DIRSYNC, MS_LAZYTIME, ...
  std::uint64_t superblock_clear = 0;
  std::vector<std::string> data{};  // for the file system: "mode=755", "newinstance"
  bool bind = false;                // `bind` or `rbind`
  bool bind_recursive = false;      // `rbind`
  bool remount = false;
  bool idmap = false;  // `idmap` or `ridmap`
  bool idmap_recursive = false;
  bool tmpcopyup = false;     // copy what a tmpfs covers into it (runc, crun)
  bool src_nofollow = false;  // crun: a link as source is bound itself, not what it points to
  bool operator==(const MountOptions&) const = default;
};

[[nodiscard]] MountOptions parse_mount_options(const std::vector<std::string>& options);

// FSCONFIG_SET_FLAG keys for the superblock bits, in a fixed order: "sync", "async", "dirsync", ...
// `silent` and `iversion` have no key: the first only quiets mount(2), the second is the file
// system's own matter since kernel 5.17.
[[nodiscard]] std::vector<std::string> fsconfig_flags(const MountOptions& options);

// What `rt features` announces, sorted.
[[nodiscard]] std::vector<std::string> mount_option_words();

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
//
// Directories and files of one cgroup filesystem, at descriptors. For handle.cc and its
// neighbours only. A cgroup can vanish at any time: what was removed by others reads as absent.
// Descending uses openat2 with RESOLVE_BENEATH|NO_SYMLINKS|NO_XDEV (R13); going up uses "..",
// which in a cgroup filesystem cannot lead astray: nobody can place links there.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/kernel/cgroup/hierarchy.h"

namespace rt::cgroup_tree {

// The mount point, checked to be a cgroup filesystem of that version. Empty: not there.
std::optional<Fd> open_root_if_exists(const CgroupPlace& place);
// A cgroup below `dir_fd`; `path` relative, "" is dir_fd itself. Empty: not there.
std::optional<Fd> open_below_if_exists(int dir_fd, const std::string& path);

// A control file. Empty: absent, or the cgroup is gone (ENOENT, ENODEV).
std::optional<std::string> read_if_exists(int dir_fd, const std::string& file);
std::vector<std::string> files(int dir_fd);  // the names of all control files
// 0 or the errno of open(2) or write(2).
int try_write(int dir_fd, const std::string& file, std::string_view value);
// Throws Error(kCgroupFailed).
void write(int dir_fd, const std::string& file, std::string_view value);

// "populated 1\nfrozen 0\n": the number behind a key.
std::optional<std::uint64_t> value_of(std::string_view text, std::string_view key);

// Calls enter(fd) for `dir_fd` and then for every cgroup below it, leave(parent_fd, name) for each
// of these after all below it. Uses a fixed number of descriptors at any depth.
void walk(int dir_fd, const std::function<void(int dir_fd)>& enter,
          const std::function<void(int parent_fd, const std::string& name)>& leave);

// cgroup.procs of `dir_fd` and everything below; 0 for a process of another pid namespace.
std::vector<pid_t> all_pids(int dir_fd);

// rmdir from the bottom up of all that is below `dir_fd`. True: nothing is left below.
bool remove_below(int dir_fd);

}  // namespace rt::cgroup_tree

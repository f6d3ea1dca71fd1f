// SPDX-License-Identifier: Apache-2.0
//
// The calls that copying a directory tree needs beside those of sys.h, with the same conventions.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rt::sys {

// Names in the directory, without "." and "..", in no order. `dir_fd` must be readable.
std::vector<std::string> list_directory(int dir_fd);

struct DataRange {
  off_t begin = 0;
  off_t end = 0;
};
// The first data at or after `from` (SEEK_DATA); empty: nothing but a hole up to the end.
std::optional<DataRange> next_data(int fd, off_t from);
// From `range` of one file to the same place of another; stops early at the end of the file.
void copy_range(int from_fd, int to_fd, const DataRange& range);

std::vector<std::string> list_xattrs(int fd);
// Empty: gone meanwhile, or not for our eyes (ENODATA, EPERM, EACCES).
std::optional<std::string> get_xattr_if_allowed(int fd, const std::string& name);
// False: the file system or our privileges do not allow it (ENOTSUP, EPERM).
bool set_xattr_if_allowed(int fd, const std::string& name, std::string_view value);

void link_at(int old_dir_fd, const std::string& old_path, int new_dir_fd, const std::string& name);
void chown_link_at(int dir_fd, const std::string& name, uid_t uid, gid_t gid);  // links themselves
void chmod_at(int dir_fd, const std::string& name, mode_t mode);  // follows links: not for them
// Access and modification time of `facts`; of a link itself.
void set_times_at(int dir_fd, const std::string& name, const struct stat& facts);
void set_times(int fd, const struct stat& facts);

}  // namespace rt::sys

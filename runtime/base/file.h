// SPDX-License-Identifier: Apache-2.0
//
// Whole small files: read with a bound, write at once, replace atomically.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/fd.h"

namespace rt {

inline constexpr std::size_t kSmallFile = 1U << 20;  // bytes; kernel files and our own records

// Whole content. Throws Error(kSystem), or Error(kBadConfig) "… is larger than N bytes".
std::string read_fd(int fd, std::size_t limit = kSmallFile);
std::string read_file(const std::string& path, std::size_t limit = kSmallFile);
std::string read_file_at(int dir_fd, const std::string& name, std::size_t limit = kSmallFile);
std::optional<std::string> read_file_if_exists(const std::string& path,
                                               std::size_t limit = kSmallFile);
std::optional<std::string> read_file_at_if_exists(int dir_fd, const std::string& name,
                                                  std::size_t limit = kSmallFile);

// One that the kernel writes in one piece, as it does most in procfs: a read that gives less than a
// page is the last (proc(5); not for lists such as mountinfo).
std::optional<std::string> read_record_if_exists(const std::string& path);

// Both lead to the same inode. False where one of them is missing.
[[nodiscard]] bool is_same_file(const std::string& one, const std::string& other);

// Names in a directory, without "." and "..", in no order. `dir_fd` may be O_PATH.
std::vector<std::string> entry_names(int dir_fd);

// Opens O_REGULAR only: refuses FIFOs, devices and directories before reading a byte, and files
// above `limit` by their size. For documents that a stranger may have written.
std::string read_document(int dir_fd, const std::string& name, std::size_t limit);

// One open(O_WRONLY), one write(2): for /proc, /sys and cgroup files.
void write_kernel_file(const std::string& path, std::string_view value);
void write_kernel_file_at(int dir_fd, const std::string& name, std::string_view value);

// Temporary name in the same directory, O_EXCL, rename over `name`: readers see old or new, never
// a part. Not fsynced: state directories live on tmpfs and die with the boot.
void replace_file_at(int dir_fd, const std::string& name, std::string_view content, mode_t mode);

}  // namespace rt

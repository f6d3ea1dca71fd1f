// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/sys_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt::sys {
namespace {

void check(long result, std::string_view name, std::string_view path = {}) {
  if (result < 0) throw_errno(name, path);
}

std::array<timespec, 2> times_of(const struct stat& facts) {
  return {facts.st_atim, facts.st_mtim};
}

}  // namespace

std::vector<std::string> list_directory(int dir_fd) {
  Fd copy = sys::dup(dir_fd);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy.get()), ::closedir);
  if (stream == nullptr) throw_errno("fdopendir");
  (void)copy.release();  // closedir() closes it
  std::vector<std::string> out;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(stream.get());  // NOLINT: rt has no threads
    if (entry == nullptr && errno != 0) throw_errno("readdir");
    if (entry == nullptr) return out;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") out.emplace_back(name);
  }
}

std::optional<DataRange> next_data(int fd, off_t from) {
  const off_t begin = ::lseek(fd, from, SEEK_DATA);
  if (begin < 0 && errno == ENXIO) return {};
  check(begin, "lseek");
  const off_t end = ::lseek(fd, begin, SEEK_HOLE);
  check(end, "lseek");
  return DataRange{begin, end};
}

void copy_range(int from_fd, int to_fd, const DataRange& range) {
  check(::lseek(to_fd, range.begin, SEEK_SET), "lseek");
  off_t at = range.begin;
  while (at < range.end) {
    const ssize_t size = ::sendfile(to_fd, from_fd, &at, static_cast<std::size_t>(range.end - at));
    if (size < 0 && errno == EINTR) continue;
    check(size, "sendfile");
    if (size == 0) return;
  }
}

std::vector<std::string> list_xattrs(int fd) {
  std::string buffer(XATTR_LIST_MAX, '\0');
  const ssize_t size = ::flistxattr(fd, buffer.data(), buffer.size());
  if (size < 0 && errno == ENOTSUP) return {};
  check(size, "flistxattr");
  buffer.resize(static_cast<std::size_t>(size));
  std::vector<std::string> out;
  for (const std::string_view name : split(buffer, '\0')) {
    if (!name.empty()) out.emplace_back(name);
  }
  return out;
}

std::optional<std::string> get_xattr_if_allowed(int fd, const std::string& name) {
  std::string value(XATTR_SIZE_MAX, '\0');
  const ssize_t size = ::fgetxattr(fd, name.c_str(), value.data(), value.size());
  if (size < 0 && (errno == ENODATA || errno == EPERM || errno == EACCES || errno == ENOTSUP)) {
    return {};
  }
  check(size, "fgetxattr", name);
  value.resize(static_cast<std::size_t>(size));
  return value;
}

bool set_xattr_if_allowed(int fd, const std::string& name, std::string_view value) {
  const int result = ::fsetxattr(fd, name.c_str(), value.data(), value.size(), 0);
  if (result < 0 && (errno == ENOTSUP || errno == EPERM)) return false;
  check(result, "fsetxattr", name);
  return true;
}

void link_at(int old_dir_fd, const std::string& old_path, int new_dir_fd, const std::string& name) {
  check(::linkat(old_dir_fd, old_path.c_str(), new_dir_fd, name.c_str(), 0), "link", name);
}

void chown_link_at(int dir_fd, const std::string& name, uid_t uid, gid_t gid) {
  check(::fchownat(dir_fd, name.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW), "chown", name);
}

void chmod_at(int dir_fd, const std::string& name, mode_t mode) {
  check(::fchmodat(dir_fd, name.c_str(), mode, 0), "chmod", name);
}

void set_times_at(int dir_fd, const std::string& name, const struct stat& facts) {
  const auto times = times_of(facts);
  check(::utimensat(dir_fd, name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW), "utimens", name);
}

void set_times(int fd, const struct stat& facts) {
  const auto times = times_of(facts);
  check(::futimens(fd, times.data()), "utimens");
}

}  // namespace rt::sys

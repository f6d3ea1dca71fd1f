// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>

#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

constexpr std::uint64_t kInRoot = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
constexpr int kMaxLinks = 40;  // as path_resolution(7)

// The kernel wants a non-empty path; "." is the root itself.
std::string relative(const std::string& path) {
  const std::size_t begin = path.find_first_not_of('/');
  return begin == std::string::npos ? "." : path.substr(begin);
}

Place split_last(const std::string& path, Fd parent) {
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") throw_errno_value(EINVAL, "create", path);
  return {std::move(parent), name};
}

std::string parent_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

Fd make_or_open(const Root& root, const std::string& path, mode_t mode, int links);

// `path` does not exist as a directory: makes it in its parent, which may be missing, too. What is
// there instead can be a dangling link: then what that points to.
Fd make_missing(const Root& root, std::string path, mode_t mode, int links) {
  while (path.ends_with('/')) path.pop_back();
  const Fd parent = make_or_open(root, parent_path(path), mode, links);
  const std::string name = path.substr(path.rfind('/') + 1);
  if (name == "." || name == "..") return root.open(path, O_PATH | O_DIRECTORY);
  if (sys::mkdir_at_unless_exists(parent.get(), name, mode)) {
    return sys::open_at2(parent.get(), name, O_PATH | O_DIRECTORY,
                         RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
  }
  const auto found = sys::stat_at_if_exists(parent.get(), name, AT_SYMLINK_NOFOLLOW);
  if (!found || S_ISDIR(found->st_mode)) return root.open(path, O_PATH | O_DIRECTORY);
  if (!S_ISLNK(found->st_mode)) throw_errno_value(ENOTDIR, "mkdir", path);
  if (links == 0) throw_errno_value(ELOOP, "mkdir", path);
  const std::string target = sys::readlink_at(parent.get(), name);
  return make_or_open(root, target.front() == '/' ? target : parent_path(path) + "/" + target, mode,
                      links - 1);
}

Fd make_or_open(const Root& root, const std::string& path, mode_t mode, int links) {
  if (auto there = root.open_if_exists(path, O_PATH | O_DIRECTORY)) return std::move(*there);
  return make_missing(root, path, mode, links);
}

}  // namespace

Fd Root::open(const std::string& path, int flags) const {
  return sys::open_at2(dir_.get(), relative(path), static_cast<unsigned>(flags), kInRoot);
}

std::optional<Fd> Root::open_if_exists(const std::string& path, int flags) const {
  return sys::open_at2_if_exists(dir_.get(), relative(path), static_cast<unsigned>(flags), kInRoot);
}

std::optional<Fd> Root::open_real_directory_if_exists(const std::string& path) const {
  return sys::open_at2_if_exists(dir_.get(), relative(path), O_PATH | O_DIRECTORY,
                                 kInRoot | RESOLVE_NO_SYMLINKS);
}

Fd Root::make_directory(const std::string& path, mode_t mode) const {
  return make_or_open(*this, path, mode, kMaxLinks);
}

Fd Root::make_file(const std::string& path) const {
  std::string wanted = path;
  for (int links = 0; links <= kMaxLinks; ++links) {
    if (auto there = open_if_exists(wanted, O_PATH)) {
      if (S_ISDIR(sys::fstat(there->get()).st_mode)) throw_errno_value(EISDIR, "open", path);
      return std::move(*there);
    }
    const Place place = make_parent(wanted);
    const auto found = sys::stat_at_if_exists(place.parent.get(), place.name, AT_SYMLINK_NOFOLLOW);
    if (!found) {
      (void)sys::open_at(place.parent.get(), place.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                         0644);
      return sys::open_at(place.parent.get(), place.name, O_PATH | O_NOFOLLOW);
    }
    if (!S_ISLNK(found->st_mode)) continue;  // made meanwhile: look again
    const std::string target = sys::readlink_at(place.parent.get(), place.name);
    wanted = target.front() == '/' ? target : parent_path(wanted) + "/" + target;
  }
  throw_errno_value(ELOOP, "open", path);
}

Place Root::make_parent(const std::string& path) const {
  return split_last(path, make_directory(parent_path(path)));
}

}  // namespace rt

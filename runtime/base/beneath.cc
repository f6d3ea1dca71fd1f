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

// `prefix` does not exist as a directory: makes its last component, or, when that is a dangling
// link, returns what the link points to so that the caller starts again from there.
std::optional<std::string> make_one(const Root& root, const std::string& prefix, mode_t mode) {
  const Place place = split_last(prefix, root.open(parent_path(prefix), O_PATH | O_DIRECTORY));
  if (sys::mkdir_at_unless_exists(place.parent.get(), place.name, mode)) return {};
  const auto found = sys::stat_at_if_exists(place.parent.get(), place.name, AT_SYMLINK_NOFOLLOW);
  if (!found || S_ISDIR(found->st_mode)) return {};  // somebody else made it meanwhile
  if (!S_ISLNK(found->st_mode)) throw_errno_value(ENOTDIR, "mkdir", prefix);
  const std::string target = sys::readlink_at(place.parent.get(), place.name);
  return target.front() == '/' ? target : parent_path(prefix) + "/" + target;
}

Fd make_path(const Root& root, std::string path, mode_t mode) {
  for (int links = 0; links <= kMaxLinks; ++links) {
    bool restarted = false;
    for (std::size_t end = 0; end != std::string::npos && !restarted;) {
      const std::size_t begin = path.find_first_not_of('/', end);
      if (begin == std::string::npos) break;
      end = path.find('/', begin);
      const std::string prefix = path.substr(0, end);
      if (root.open_if_exists(prefix, O_PATH | O_DIRECTORY)) continue;
      if (auto target = make_one(root, prefix, mode)) {
        path = *target + (end == std::string::npos ? "" : path.substr(end));
        restarted = true;
      }
    }
    if (!restarted) return root.open(path, O_PATH | O_DIRECTORY);
  }
  throw_errno_value(ELOOP, "mkdir", path);
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
  if (auto there = open_if_exists(path, O_PATH | O_DIRECTORY)) return std::move(*there);
  return make_path(*this, path, mode);
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

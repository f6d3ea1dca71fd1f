// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/copy_up.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>

#include <cerrno>
#include <climits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/fd.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/base/sys_copy.h"

namespace rt {
namespace {

constexpr mode_t kPermissions = 07777;

// O_PATH: looked at, not opened. Empty: gone, or something is mounted there.
std::optional<Fd> find_entry(int dir_fd, const std::string& name) {
  constexpr std::uint64_t kResolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
  try {
    return sys::open_at2_if_exists(dir_fd, name, O_PATH | O_NOFOLLOW, kResolve);
  } catch (const Error& e) {
    if (e.facts().error_number != EXDEV) throw;
    return {};
  }
}

void copy_xattrs(int from_fd, int to_fd) {
  for (const std::string& name : sys::list_xattrs(from_fd)) {
    const auto value = sys::get_xattr_if_allowed(from_fd, name);
    if (value) (void)sys::set_xattr_if_allowed(to_fd, name, *value);
  }
}

// In this order: a change of owner drops set-id bits and file capabilities (chown(2)), and every
// change of anything sets times.
void copy_facts(int from_fd, const struct stat& facts, int to_fd) {
  sys::fchown(to_fd, facts.st_uid, facts.st_gid);
  sys::fchmod(to_fd, facts.st_mode & kPermissions);
  copy_xattrs(from_fd, to_fd);
  sys::set_times(to_fd, facts);
}

void copy_content(int from_fd, int to_fd, off_t size) {
  sys::ftruncate(to_fd, size);
  off_t at = 0;
  while (const auto range = sys::next_data(from_fd, at)) {
    sys::copy_range(from_fd, to_fd, *range);
    at = range->end;
  }
}

// One entry on its way: where it is, where it goes, what it is.
struct Entry {
  const Fd& found;  // O_PATH
  const struct stat& facts;
  int to_dir_fd;
  const std::string& name;
  const std::string& path;  // from the top of the copy, for hard links
};

class Copier {
 public:
  explicit Copier(int top_fd) : top_fd_(top_fd) {}

  // `from_fd` is readable. `path` is "" for the top.
  void directory(int from_fd, int to_fd, const std::string& path) {
    for (const std::string& name : sys::list_directory(from_fd)) {
      const auto found = find_entry(from_fd, name);
      if (!found) continue;
      const struct stat facts = sys::fstat(found->get());
      const std::string entry_path = path.empty() ? name : path + "/" + name;
      copy({*found, facts, to_fd, name, entry_path});
    }
  }

 private:
  void copy(const Entry& entry) {
    if (S_ISDIR(entry.facts.st_mode)) return subdirectory(entry);
    const Context here("copy", entry.name);
    if (linked(entry)) return;
    if (S_ISREG(entry.facts.st_mode)) return regular(entry);
    if (S_ISLNK(entry.facts.st_mode)) return symbolic_link(entry);
    special(entry);
  }

  // The same file under a second name. The path is safe here: we alone made what it passes through.
  bool linked(const Entry& entry) {
    if (entry.facts.st_nlink < 2 || entry.path.size() >= PATH_MAX) return false;
    const auto key = std::pair(entry.facts.st_dev, entry.facts.st_ino);
    const auto [first, is_new] = first_paths_.try_emplace(key, entry.path);
    if (is_new) return false;
    sys::link_at(top_fd_, first->second, entry.to_dir_fd, entry.name);
    return true;
  }

  void subdirectory(const Entry& entry) {
    const Fd from = sys::open_at(entry.found.get(), ".", O_RDONLY | O_DIRECTORY);
    sys::mkdir_at(entry.to_dir_fd, entry.name, 0700);
    const Fd to = sys::open_at(entry.to_dir_fd, entry.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    directory(from.get(), to.get(), entry.path);
    copy_facts(from.get(), entry.facts, to.get());
  }

  void regular(const Entry& entry) {
    // Through the descriptor: the name may lead elsewhere by now.
    const Fd from =
        sys::open_at(own_descriptors_.get(), std::to_string(entry.found.get()), O_RDONLY);
    const Fd to = sys::open_at(entry.to_dir_fd, entry.name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    copy_content(from.get(), to.get(), entry.facts.st_size);
    copy_facts(from.get(), entry.facts, to.get());
  }

  void symbolic_link(const Entry& entry) {
    sys::symlink_at(sys::readlink_at(entry.found.get(), ""), entry.to_dir_fd, entry.name);
    sys::chown_link_at(entry.to_dir_fd, entry.name, entry.facts.st_uid, entry.facts.st_gid);
    sys::set_times_at(entry.to_dir_fd, entry.name, entry.facts);
  }

  void special(const Entry& entry) {
    sys::mknod_at(entry.to_dir_fd, entry.name, (entry.facts.st_mode & S_IFMT) | 0600,
                  entry.facts.st_rdev);
    sys::chown_link_at(entry.to_dir_fd, entry.name, entry.facts.st_uid, entry.facts.st_gid);
    sys::chmod_at(entry.to_dir_fd, entry.name, entry.facts.st_mode & kPermissions);
    sys::set_times_at(entry.to_dir_fd, entry.name, entry.facts);
  }

  int top_fd_;
  Fd own_descriptors_ = Procfs::make(Procfs::View::kProcesses).own_descriptors();
  std::map<std::pair<dev_t, ino_t>, std::string> first_paths_{};
};

}  // namespace

void copy_up(int from_fd, int to_fd) {
  const Context here("copy up");
  const Fd from = sys::open_at(from_fd, ".", O_RDONLY | O_DIRECTORY);
  const Fd to = sys::open_at(to_fd, ".", O_RDONLY | O_DIRECTORY);
  Copier(to.get()).directory(from.get(), to.get(), "");
  copy_xattrs(from.get(), to.get());
  sys::set_times(to.get(), sys::fstat(from.get()));
}

}  // namespace rt

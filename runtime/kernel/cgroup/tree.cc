// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>

#include <cerrno>
#include <memory>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt::cgroup_tree {
namespace {

constexpr std::uint64_t kDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
constexpr std::uint64_t kResolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;

bool means_gone(int error_number) noexcept {
  return error_number == ENOENT || error_number == ENODEV;
}

// Entries of one type: DT_DIR, DT_REG.
std::vector<std::string> entries(int dir_fd, unsigned char type) {
  std::vector<std::string> names;
  Fd copy = sys::open_at(dir_fd, ".", O_RDONLY | O_DIRECTORY);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy.get()), ::closedir);
  if (stream == nullptr) throw_errno("fdopendir");
  (void)copy.release();  // closedir closes it
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (entry->d_type == type && name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

// 0 and the descriptor, or the errno. A control file can vanish between lookup and open (ENODEV).
int try_open(int dir_fd, const std::string& file, int flags, Fd& out) {
  try {
    auto opened = sys::open_at_if_exists(dir_fd, file, flags);
    if (!opened) return ENOENT;
    out = std::move(*opened);
    return 0;
  } catch (const Error& error) {
    return error.facts().error_number;
  }
}

}  // namespace

std::optional<Fd> open_root_if_exists(const CgroupPlace& place) {
  auto root = sys::open_if_exists(place.mount_point, O_RDONLY | O_DIRECTORY);
  if (!root) return {};
  const auto magic = place.version == CgroupVersion::kV2 ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC;
  if (sys::fstatfs(root->get()).f_type != magic) {
    throw Error(Code::kCgroupFailed, "no cgroup filesystem is mounted here",
                {.path = place.mount_point});
  }
  return root;
}

std::optional<Fd> open_below_if_exists(int dir_fd, const std::string& path) {
  return sys::open_at2_if_exists(dir_fd, path.empty() ? "." : path, kDirectory, kResolve);
}

std::optional<std::string> read_if_exists(int dir_fd, const std::string& file) {
  Fd fd;
  if (const int error_number = try_open(dir_fd, file, O_RDONLY, fd); error_number != 0) {
    if (means_gone(error_number)) return {};
    throw_errno_value(error_number, "open", file);
  }
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
    if (count == 0) return text;
    if (count > 0) {
      text.append(buffer, static_cast<std::size_t>(count));
      // kernfs gives a file whole, except lists such as cgroup.procs, which come entry by entry.
      if (file.ends_with(".procs") || static_cast<std::size_t>(count) == sizeof buffer) continue;
      return text;
    } else if (means_gone(errno) || errno == EOPNOTSUPP) {
      return {};  // EOPNOTSUPP: cgroup.procs of a threaded cgroup; its domain lists them
    } else if (errno != EINTR) {
      throw_errno("read", file);
    }
  }
}

std::vector<std::string> files(int dir_fd) {
  return entries(dir_fd, DT_REG);
}

int try_write(int dir_fd, const std::string& file, std::string_view value) {
  Fd fd;
  if (const int error_number = try_open(dir_fd, file, O_WRONLY, fd); error_number != 0) {
    return error_number;
  }
  for (;;) {
    if (::write(fd.get(), value.data(), value.size()) >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

void write(int dir_fd, const std::string& file, std::string_view value) {
  const int error_number = try_write(dir_fd, file, value);
  if (error_number == 0) return;
  throw Error(Code::kCgroupFailed,
              "write " + quoted(value) + " to " + file + ": " + errno_text(error_number),
              {.syscall = "write", .path = file, .error_number = error_number});
}

std::optional<std::uint64_t> value_of(std::string_view text, std::string_view key) {
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_blank(line);
    if (words.size() == 2 && words[0] == key) return parse_number<std::uint64_t>(words[1]);
  }
  return {};
}

void walk(int dir_fd, const std::function<void(int)>& enter,
          const std::function<void(int, const std::string&)>& leave) {
  struct Frame {
    std::string name;
    std::vector<std::string> children;
  };
  std::vector<Frame> frames;
  Fd current = sys::open_at(dir_fd, ".", O_RDONLY | O_DIRECTORY);
  enter(current.get());
  frames.push_back({{}, entries(current.get(), DT_DIR)});
  for (;;) {
    if (frames.back().children.empty()) {
      const std::string name = std::move(frames.back().name);
      frames.pop_back();
      if (frames.empty()) return;
      current = sys::open_at(current.get(), "..", O_RDONLY | O_DIRECTORY);
      leave(current.get(), name);
      continue;
    }
    std::string name = std::move(frames.back().children.back());
    frames.back().children.pop_back();
    auto child = open_below_if_exists(current.get(), name);
    if (!child) continue;  // removed meanwhile
    enter(child->get());
    frames.push_back({std::move(name), entries(child->get(), DT_DIR)});
    current = std::move(*child);
  }
}

std::vector<pid_t> all_pids(int dir_fd) {
  std::vector<pid_t> pids;
  const auto read_one = [&](int fd) {
    const auto text = read_if_exists(fd, "cgroup.procs");
    if (!text) return;
    for (const std::string_view line : split_lines(*text)) {
      if (const auto pid = parse_number<pid_t>(line)) pids.push_back(*pid);
    }
  };
  walk(dir_fd, read_one, [](int, const std::string&) {});
  return pids;
}

bool remove_below(int dir_fd) {
  bool all = true;
  walk(
      dir_fd, [](int) {},
      [&](int parent_fd, const std::string& name) {
        // EBUSY: a process or a newer child inside. The caller waits and comes again.
        if (::unlinkat(parent_fd, name.c_str(), AT_REMOVEDIR) != 0 && !means_gone(errno)) {
          if (errno != EBUSY) throw_errno("rmdir", name);
          all = false;
        }
      });
  return all;
}

}  // namespace rt::cgroup_tree

// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <memory>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

[[noreturn]] void throw_too_large(const std::string& path, std::size_t limit) {
  throw Error(Code::kBadConfig, path + " is larger than " + std::to_string(limit) + " bytes",
              {.path = path});
}

// What ends a file.
enum class Ends : std::uint8_t { kWithNothing, kWithLess };

std::string read_named(int fd, const std::string& path, std::size_t limit,
                       Ends ends = Ends::kWithNothing) {
  std::string out;
  std::array<char, 4096> buffer;  // NOLINT: filled by read()
  for (;;) {
    const std::size_t size = sys::read(fd, buffer);
    if (size == 0) return out;
    if (out.size() + size > limit) throw_too_large(path, limit);
    out.append(buffer.data(), size);
    if (ends == Ends::kWithLess && size < buffer.size()) return out;
  }
}

Fd create_anew(int dir_fd, const std::string& name, mode_t mode) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  try {
    return sys::open_at(dir_fd, name, kFlags, mode);
  } catch (const Error& e) {
    if (e.facts().error_number != EEXIST) throw;
  }
  sys::unlink_at_if_exists(dir_fd, name);  // left by a killed process with our pid
  return sys::open_at(dir_fd, name, kFlags, mode);
}

}  // namespace

std::string read_fd(int fd, std::size_t limit) {
  return read_named(fd, "file", limit);
}

std::string read_file(const std::string& path, std::size_t limit) {
  return read_file_at(AT_FDCWD, path, limit);
}

std::string read_file_at(int dir_fd, const std::string& name, std::size_t limit) {
  return read_named(sys::open_at(dir_fd, name, O_RDONLY).get(), name, limit);
}

std::optional<std::string> read_file_if_exists(const std::string& path, std::size_t limit) {
  return read_file_at_if_exists(AT_FDCWD, path, limit);
}

std::optional<std::string> read_file_at_if_exists(int dir_fd, const std::string& name,
                                                  std::size_t limit) {
  const auto fd = sys::open_at_if_exists(dir_fd, name, O_RDONLY);
  if (!fd) return {};
  return read_named(fd->get(), name, limit);
}

std::optional<std::string> read_record_if_exists(const std::string& path) {
  const auto fd = sys::open_if_exists(path, O_RDONLY);
  if (!fd) return {};
  return read_named(fd->get(), path, kSmallFile, Ends::kWithLess);
}

bool is_same_file(const std::string& one, const std::string& other) {
  const auto first = sys::stat_at_if_exists(AT_FDCWD, one, 0);
  const auto second = sys::stat_at_if_exists(AT_FDCWD, other, 0);
  return first && second && first->st_ino == second->st_ino && first->st_dev == second->st_dev;
}

std::vector<std::string> entry_names(int dir_fd) {
  Fd again = sys::open_at(dir_fd, ".", O_RDONLY | O_DIRECTORY);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(again.get()), ::closedir);
  if (!stream) throw_errno("fdopendir");
  (void)again.release();  // closedir closes it
  std::vector<std::string> out;
  while (const dirent* entry = ::readdir(stream.get())) {  // NOLINT: rt has no threads
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") out.emplace_back(name);
  }
  return out;
}

std::string read_document(int dir_fd, const std::string& name, std::size_t limit) {
  // O_NONBLOCK: opening a FIFO without a writer must not hang.
  const Fd fd = sys::open_at(dir_fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  const struct stat facts = sys::fstat(fd.get());
  if (!S_ISREG(facts.st_mode)) {
    throw Error(Code::kBadConfig, name + " is not a regular file", {.path = name});
  }
  if (static_cast<std::size_t>(facts.st_size) > limit) throw_too_large(name, limit);
  std::string out(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t filled = 0;
  while (filled < out.size()) {
    const std::size_t size = sys::read(fd.get(), std::span(out).subspan(filled));
    if (size == 0) break;
    filled += size;
  }
  out.resize(filled);
  return out;
}

void write_kernel_file(const std::string& path, std::string_view value) {
  write_kernel_file_at(AT_FDCWD, path, value);
}

void write_kernel_file_at(int dir_fd, const std::string& name, std::string_view value) {
  const Fd fd = sys::open_at(dir_fd, name, O_WRONLY);
  if (sys::write_once(fd.get(), value) != value.size()) {
    throw Error(Code::kSystem, "write " + name + ": short write",
                {.syscall = "write", .path = name});
  }
}

void replace_file_at(int dir_fd, const std::string& name, std::string_view content, mode_t mode) {
  const std::string temporary = "." + name + "." + std::to_string(::getpid());
  const Fd fd = create_anew(dir_fd, temporary, mode);
  try {
    sys::write_all(fd.get(), content);
    sys::rename_at(dir_fd, temporary, dir_fd, name);
  } catch (...) {
    (void)::unlinkat(dir_fd, temporary.c_str(), 0);
    throw;
  }
}

}  // namespace rt

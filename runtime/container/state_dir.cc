// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/state_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "spec/documents.h"

namespace rt {
namespace {

constexpr const char* kRecord = "state.json";
constexpr const char* kConfig = "config.json";
constexpr const char* kGate = "exec.fifo";
constexpr auto kLockPatience = std::chrono::seconds(10);

bool good_id_byte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '+' || c == '-' || c == '.';
}

bool is_id(const std::string& text) {
  return text != "." && text != ".." && text.size() <= NAME_MAX &&
         std::all_of(text.begin(), text.end(), good_id_byte);
}

[[noreturn]] void throw_missing() {
  throw Error(Code::kNoSuchContainer, "container does not exist");
}

// Whoever can write here can name any process or cgroup as a container's.
void demand_private(int fd, const std::string& path) {
  const struct stat facts = sys::fstat(fd);
  if (facts.st_uid == sys::own_uid() && (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0) return;
  throw Error(
      Code::kUsage,
      "state root " + quoted(path) + " must belong to the caller and be writable by nobody else",
      {.path = path});
}

void make_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1); end != std::string::npos;
       end = path.find('/', end + 1)) {
    const std::string parent = path.substr(0, end);
    if (::access(parent.c_str(), F_OK) != 0)
      (void)sys::mkdir_at_unless_exists(AT_FDCWD, parent, 0711);
  }
  // Cleaners of XDG_RUNTIME_DIR leave alone what is sticky (XDG base directory specification).
  const mode_t mode = sys::own_uid() == 0 ? 0700 : 01700;
  (void)sys::mkdir_at_unless_exists(AT_FDCWD, path, mode);
}

Fd make_root(const std::string& path) {
  auto found = sys::open_if_exists(path, O_RDONLY | O_DIRECTORY);
  if (found) {
    demand_private(found->get(), path);
    return std::move(*found);
  }
  try {
    make_directories(path);
  } catch (const Error& e) {
    throw Error(Code::kUsage,
                "state root " + quoted(path) + ", which follows from --root or XDG_RUNTIME_DIR: " +
                    errno_text(e.facts().error_number),
                {.syscall = "mkdir", .path = path, .error_number = e.facts().error_number});
  }
  Fd root = sys::open(path, O_RDONLY | O_DIRECTORY);
  demand_private(root.get(), path);
  return root;
}

// Never follows a link, never crosses into another filesystem.
void remove_below(int dir_fd) {
  for (const std::string& name : entry_names(dir_fd)) {
    const auto facts = sys::stat_at_if_exists(dir_fd, name, AT_SYMLINK_NOFOLLOW);
    if (!facts) continue;
    if (!S_ISDIR(facts->st_mode)) {
      sys::unlink_at_if_exists(dir_fd, name);
      continue;
    }
    const Fd inner = sys::open_at2(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                   RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS);
    remove_below(inner.get());
    sys::unlink_at_if_exists(dir_fd, name, AT_REMOVEDIR);
  }
}

}  // namespace

void check_id(const std::string& id) {
  if (id.empty()) throw Error(Code::kUsage, "container id cannot be empty");
  if (is_id(id)) return;
  throw Error(Code::kUsage, "invalid container ID format: " + quoted(id.substr(0, 64)) +
                                ": 1 to 255 of A-Z a-z 0-9 _ + - . and neither . nor ..");
}

StateDir::StateDir(Fd root, Fd dir, const ContainerName& name) noexcept
    : root_path_(name.root), id_(name.id), root_(std::move(root)), dir_(std::move(dir)) {}

StateDir::StateDir(StateDir&& other) noexcept
    : root_path_(std::move(other.root_path_)),
      id_(std::move(other.id_)),
      root_(std::move(other.root_)),
      dir_(std::move(other.dir_)),
      owned_(std::exchange(other.owned_, false)),
      locked_(std::exchange(other.locked_, false)) {}

StateDir::~StateDir() {
  if (!owned_) return;
  try {
    remove();
  } catch (const std::exception&) {  // the next `delete` finds the rest
    return;
  }
}

StateDir StateDir::claim(const ContainerName& name) {
  check_id(name.id);
  Fd root = make_root(name.root);
  if (!sys::mkdir_at_unless_exists(root.get(), name.id, 0700)) {
    throw Error(Code::kAlreadyExists, "container with given ID already exists: " + quoted(name.id));
  }
  StateDir out(std::move(root), Fd(), name);
  out.owned_ = true;
  out.dir_ = sys::open_at(out.root_.get(), name.id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  // A concurrent delete may have taken the empty directory for the leftovers of a crash.
  if (!out.lock()) throw_missing();
  return out;
}

StateDir StateDir::open(const ContainerName& name) {
  auto found = open_if_exists(name);
  if (!found) throw_missing();
  return std::move(*found);
}

std::optional<StateDir> StateDir::open_if_exists(const ContainerName& name) {
  check_id(name.id);
  auto root = sys::open_if_exists(name.root, O_RDONLY | O_DIRECTORY);
  if (!root) return {};
  demand_private(root->get(), name.root);
  auto dir = sys::open_at2_if_exists(root->get(), name.id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                     RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
  if (!dir) return {};
  return StateDir(std::move(*root), std::move(*dir), name);
}

bool StateDir::lock() {
  for (const Deadline deadline = Deadline::in(kLockPatience);
       !sys::try_flock(dir_.get(), LOCK_EX);) {
    if (deadline.passed()) {
      throw Error(Code::kDeadline, "another rt works on container " + quoted(id_));
    }
    ::usleep(2000);
  }
  locked_ = true;
  return sys::fstat(dir_.get()).st_nlink > 0;
}

void StateDir::unlock() {
  sys::flock(dir_.get(), LOCK_UN);
  locked_ = false;
}

bool StateDir::locked_by_another() const {
  if (locked_) return false;
  // flock belongs to the open file: a second opening competes like another process.
  const Fd again = sys::open_at(dir_.get(), ".", O_RDONLY | O_DIRECTORY);
  return !sys::try_flock(again.get(), LOCK_SH);
}

void StateDir::save(const Record& record) const {
  replace_file_at(dir_.get(), kRecord, encode_record(record), 0600);
}

std::optional<Record> StateDir::record_if_exists() const {
  try {
    return decode_record(read_document(dir_.get(), kRecord, kSmallFile));
  } catch (const Error& e) {
    if (e.facts().error_number == ENOENT) return {};
    throw Error(Code::kBadState,
                "state of container " + quoted(id_) + " is unreadable: " + e.what(), e.facts());
  }
}

Record StateDir::record() const {
  auto found = record_if_exists();
  if (!found) throw_missing();
  return std::move(*found);
}

void StateDir::save_config(const std::string& text) const {
  const Fd file = sys::open_at(dir_.get(), kConfig, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  sys::write_all(file.get(), text);
}

spec::Config StateDir::config() const {
  return spec::decode_config(read_document(dir_.get(), kConfig, json::kMaxText),
                             path() + "/config.json");
}

void StateDir::make_gate() const {
  // 0622: the container's user opens it for writing, by descriptor; the directory is 0700.
  sys::mknod_at(dir_.get(), kGate, S_IFIFO | 0600, 0);
  const Fd gate = sys::open_at(dir_.get(), kGate, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  sys::fchmod(gate.get(), 0622);
}

Fd StateDir::gate_handle() const {
  return sys::open_at(dir_.get(), kGate, O_PATH | O_NOFOLLOW);
}

std::optional<Fd> StateDir::open_gate_if_exists() const {
  return sys::open_at_if_exists(dir_.get(), kGate, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
}

bool StateDir::has_gate() const {
  return sys::stat_at_if_exists(dir_.get(), kGate, AT_SYMLINK_NOFOLLOW).has_value();
}

void StateDir::remove_gate() const {
  (void)sys::unlink_at_if_exists(dir_.get(), kGate);
}

// By name what is always there; a look only when more was.
void StateDir::remove() {
  if (dir_.valid()) {
    (void)sys::unlink_at_if_exists(dir_.get(), kConfig);
    (void)sys::unlink_at_if_exists(dir_.get(), kRecord);
  }
  if (::unlinkat(root_.get(), id_.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    if (dir_.valid()) remove_below(dir_.get());
    (void)sys::unlink_at_if_exists(root_.get(), id_, AT_REMOVEDIR);
  }
  owned_ = false;
}

std::string StateDir::path() const {
  return root_path_ + "/" + id_;
}

std::optional<std::vector<std::string>> list_ids(const std::string& root) {
  const auto dir = sys::open_if_exists(root, O_RDONLY | O_DIRECTORY);
  if (!dir) return {};
  std::vector<std::string> out = entry_names(dir->get());
  std::erase_if(out, [](const std::string& name) { return !is_id(name); });  // the seccomp cache
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace rt

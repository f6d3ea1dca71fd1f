// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/mount.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>

#include <array>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/copy_up.h"

namespace rt {
namespace {

// mount_setattr: any change of the access-time mode must clear the whole mask (mount_setattr(2)).
void change_attributes(int fd, std::uint64_t set, std::uint64_t clear, unsigned flags) {
  if (set == 0 && clear == 0) return;
  mount_attr attr{};
  attr.attr_set = set;
  attr.attr_clr = clear;
  sys::mount_setattr(fd, "", AT_EMPTY_PATH | flags, attr);
}

void apply_change(int fd, const MountChange& change) {
  change_attributes(fd, change.recursive_set, change.recursive_clear, AT_RECURSIVE);
  change_attributes(fd, change.set, change.clear, 0);
}

void id_map(int fd, const TreeRequest& request) {
  if (request.user_ns_fd < 0) return;
  mount_attr attr{};
  attr.attr_set = MOUNT_ATTR_IDMAP;
  attr.userns_fd = static_cast<unsigned>(request.user_ns_fd);
  sys::mount_setattr(fd, "", AT_EMPTY_PATH | (request.recursive_id_map ? AT_RECURSIVE : 0U), attr);
}

void set_option(int fs_fd, const std::string& option) {
  const std::size_t equals = option.find('=');
  if (equals == std::string::npos) return sys::fsconfig_flag(fs_fd, option);
  sys::fsconfig_string(fs_fd, option.substr(0, equals), option.substr(equals + 1));
}

// The kernel explains a refused option in the context's own log (fsopen(2), message retrieval).
std::string kernel_words(int fs_fd) {
  std::array<char, 512> buffer{};
  std::string out;
  for (;;) {
    const ssize_t size = ::read(fs_fd, buffer.data(), buffer.size());
    if (size <= 0) return out;
    out.append(" (")
        .append(trim(std::string_view(buffer.data(), static_cast<std::size_t>(size))))
        .append(")");
  }
}

Fd make_filesystem(const MountStep& step) {
  const Fd fs = sys::fsopen(step.type);
  try {
    if (!step.source.empty()) sys::fsconfig_string(fs.get(), "source", step.source);
    for (const std::string& option : step.options) set_option(fs.get(), option);
    sys::fsconfig_create(fs.get());
    // A new filesystem has nothing below it: recursive words mean the same as plain ones.
    const std::uint64_t wanted = step.change.set | step.change.recursive_set;
    const std::uint64_t put_off = step.read_only_last != 0 ? MOUNT_ATTR_RDONLY : 0;
    return sys::fsmount(fs.get(), static_cast<unsigned>(wanted & ~put_off));
  } catch (const Error& e) {
    const std::string words = kernel_words(fs.get());
    if (words.empty()) throw;
    throw Error(Code::kSystem,
                e.facts().syscall + ": " + errno_text(e.facts().error_number) + words, e.facts());
  }
}

// /proc and /sys hold what the runtime and the LSMs trust: a link there is an attack.
bool wants_real_directory(const MountStep& step) {
  return step.type == "proc" || step.type == "sysfs";
}

bool on_procfs(int fd) {
  return sys::fstatfs(fd).f_type == PROC_SUPER_MAGIC;
}

// CVE-2015-3631, CVE-2019-16884: nothing but procfs on /proc, and below a procfs only what lxcfs
// replaces.
void refuse_inside_proc(const MountStep& step, int where, const Fd& tree) {
  if (step.type == "proc") return;
  if (step.destination == "/proc") {
    if (tree.valid() && on_procfs(tree.get())) return;
  } else if (!on_procfs(where)) {
    return;
  }
  constexpr std::array<std::string_view, 10> kLxcfs{"/proc/cpuinfo",
                                                    "/proc/diskstats",
                                                    "/proc/meminfo",
                                                    "/proc/stat",
                                                    "/proc/swaps",
                                                    "/proc/uptime",
                                                    "/proc/loadavg",
                                                    "/proc/slabinfo",
                                                    "/proc/sys/kernel/ns_last_pid",
                                                    "/proc/sys/crypto/fips_enabled"};
  for (const std::string_view allowed : kLxcfs) {
    if (step.destination == allowed) return;
  }
  throw Error(Code::kBadConfig,
              quoted(step.destination) + " cannot be mounted because it is inside /proc",
              {.path = step.destination});
}

Fd mount_point(const Root& root, const MountStep& step, const Fd& tree) {
  if (step.destination == "/") {
    throw Error(Code::kBadConfig, "a mount on / would hide the root filesystem", {.path = "/"});
  }
  if (wants_real_directory(step)) {
    (void)root.make_directory(step.destination);
    auto real = root.open_real_directory_if_exists(step.destination);
    if (real) return std::move(*real);
    throw Error(Code::kBadConfig, quoted(step.destination) + " must be an ordinary directory",
                {.path = step.destination});
  }
  if (tree.valid() && !S_ISDIR(sys::fstat(tree.get()).st_mode)) {
    return root.make_file(step.destination);
  }
  return root.make_directory(step.destination);
}

void attach(const Fd& mounted, const Fd& where) {
  sys::move_mount(mounted.get(), "", where.get(), "",
                  MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

void add_unless_given(MountStep& step, const std::string& key, const std::string& value) {
  for (const std::string& option : step.options) {
    if (option.starts_with(key)) return;
  }
  step.options.push_back(key + value);
}

// runc and crun: a tmpfs without mode= takes the permissions of the directory that it covers. With
// a copy of the content comes the owner, too.
void resemble(MountStep& step, const Fd& where) {
  if (step.type != "tmpfs") return;
  const struct stat covered = sys::fstat(where.get());
  add_unless_given(step, "mode=", octal(covered.st_mode & 07777U));
  if (step.copy_up == 0) return;
  add_unless_given(step, "uid=", std::to_string(covered.st_uid));
  add_unless_given(step, "gid=", std::to_string(covered.st_gid));
}

}  // namespace

Fd make_tree(const TreeRequest& request, const MountChange& change,
             const std::vector<Propagation>& propagation) {
  const unsigned flags = OPEN_TREE_CLONE | (request.recursive ? AT_RECURSIVE : 0U) |
                         (request.follow_link ? 0U : AT_SYMLINK_NOFOLLOW);
  Fd tree = sys::open_tree(request.from_dir_fd, request.source, flags);
  // A copy of a shared mount is a peer of it: what the container mounts below would show outside.
  if (!request.keep_peers) set_propagation(tree.get(), {.kind = MS_SLAVE, .recursive = 1});
  id_map(tree.get(), request);
  apply_change(tree.get(), change);
  for (const Propagation& one : propagation) set_propagation(tree.get(), one);
  return tree;
}

Fd mount_step(const Root& root, const MountStep& step, Fd tree) {
  if (step.kind == MountKind::kRemount) {
    Fd there = root.open(step.destination, O_PATH);
    apply_change(there.get(), step.change);
    for (const Propagation& one : step.propagation) set_propagation(there.get(), one);
    return there;
  }
  const Fd where = mount_point(root, step, tree);
  refuse_inside_proc(step, where.get(), tree);
  MountStep made = step;
  if (step.kind == MountKind::kFilesystem) {
    resemble(made, where);
    tree = make_filesystem(made);
    if (made.copy_up != 0) copy_up(where.get(), tree.get());
  }
  for (const auto& [name, target] : step.links) sys::symlink_at(target, tree.get(), name);
  attach(tree, where);
  if (step.kind == MountKind::kFilesystem) {
    for (const Propagation& one : step.propagation) set_propagation(tree.get(), one);
  }
  return tree;
}

void finish_read_only(const Fd& mounted) {
  change_attributes(mounted.get(), MOUNT_ATTR_RDONLY, 0, 0);
}

void set_propagation(int mount_fd, const Propagation& propagation) {
  mount_attr attr{};
  attr.propagation = propagation.kind;
  sys::mount_setattr(mount_fd, "", AT_EMPTY_PATH | (propagation.recursive != 0 ? AT_RECURSIVE : 0U),
                     attr);
}

}  // namespace rt

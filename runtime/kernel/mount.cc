// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/mount.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/xattr.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/copy_up.h"
#include "runtime/kernel/mount_rules.h"

namespace rt {
namespace {

// mount_setattr: any change of the access-time mode must clear the whole mask (mount_setattr(2)).
void change_attributes(int fd, std::uint64_t set, std::uint64_t clear, unsigned flags) {
  if (set == 0 && clear == 0) return;
  mount_attr attr{};
  attr.attr_set = set;
  attr.attr_clr = clear;
  try {
    sys::mount_setattr(fd, "", AT_EMPTY_PATH | flags, attr);
  } catch (const Error& e) {
    rethrow_with_rule(e, {}, rule_of_change(fd, clear, e.facts()));
  }
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

// The kernel explains a refused option in the context's own log (fsopen(2), message retrieval); a
// line begins with its level and a blank.
std::string kernel_words(int fs_fd) {
  std::array<char, 512> buffer{};
  std::string out;
  for (;;) {
    const ssize_t size = ::read(fs_fd, buffer.data(), buffer.size());
    if (size <= 0) return out;
    std::string_view line = trim(std::string_view(buffer.data(), static_cast<std::size_t>(size)));
    if (line.size() > 2 && line[1] == ' ') line.remove_prefix(2);
    out.append(" (").append(line).append(")");
  }
}

Fd open_filesystem(const std::string& type) {
  try {
    return sys::fsopen(type);
  } catch (const Error& e) {
    rethrow_with_rule(e, {}, rule_of_filesystem(type, e.facts()));
  }
}

// Runs `act` on a filesystem context; an error says what the kernel says.
template <class Act>
void explained(const Fd& fs, const MountStep& step, Act act) {
  try {
    act();
  } catch (const Error& e) {
    rethrow_with_rule(e, kernel_words(fs.get()), rule_of_filesystem(step.type, e.facts()));
  }
}

Fd make_filesystem(const MountStep& step) {
  const Fd fs = open_filesystem(step.type);
  Fd out;
  explained(fs, step, [&] {
    if (!step.source.empty()) sys::fsconfig_string(fs.get(), "source", step.source);
    for (const std::string& option : step.options) set_option(fs.get(), option);
    sys::fsconfig_create(fs.get());
    // A new filesystem has nothing below it: recursive words mean the same as plain ones.
    const std::uint64_t wanted = step.change.set | step.change.recursive_set;
    const std::uint64_t put_off = step.read_only_last != 0 ? MOUNT_ATTR_RDONLY : 0;
    out = sys::fsmount(fs.get(), static_cast<unsigned>(wanted & ~put_off));
  });
  return out;
}

Fd change_mounted(const Root& root, const MountStep& step) {
  Fd there = root.open(step.destination, O_PATH);
  if (!step.options.empty()) {
    const Fd fs = sys::fspick(there.get());
    explained(fs, step, [&] {
      for (const std::string& option : step.options) set_option(fs.get(), option);
      sys::fsconfig_reconfigure(fs.get());
    });
  }
  apply_change(there.get(), step.change);
  for (const Propagation& one : step.propagation) set_propagation(there.get(), one);
  return there;
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
    auto real = root.open_real_directory_if_exists(step.destination);
    if (!real) {
      (void)root.make_directory(step.destination);
      real = root.open_real_directory_if_exists(step.destination);
    }
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

bool is_given(const MountStep& step, std::string_view key) {
  return std::any_of(step.options.begin(), step.options.end(),
                     [&](const std::string& option) { return option.starts_with(key); });
}

void add_unless_given(MountStep& step, const std::string& key, const std::string& value) {
  if (!is_given(step, key)) step.options.push_back(key + value);
}

// runc and crun: a tmpfs without mode= takes the permissions of the directory that it covers. With
// a copy of the content comes the owner, too.
void resemble(MountStep& step, const Fd& where) {
  if (step.type != "tmpfs" || (is_given(step, "mode=") && step.copy_up == 0)) return;
  const struct stat covered = sys::fstat(where.get());
  add_unless_given(step, "mode=", octal(covered.st_mode & 07777U));
  if (step.copy_up == 0) return;
  add_unless_given(step, "uid=", std::to_string(covered.st_uid));
  add_unless_given(step, "gid=", std::to_string(covered.st_gid));
}

void set_label(int mount_fd, const std::string& label) {
  const Fd root = sys::open_at(mount_fd, ".", O_RDONLY | O_DIRECTORY);
  if (::fsetxattr(root.get(), "security.selinux", label.c_str(), label.size() + 1, 0) != 0)
    throw_errno("fsetxattr", "security.selinux");
}

// mount_namespaces(7): a mount namespace of another user namespace cannot clear what a mount came
// with. The runtime could, on its way; but what the source has is meant to stay.
void refuse_to_unlock(const Fd& tree, const MountChange& change) {
  const std::string words = locked_words(tree.get(), change.clear | change.recursive_clear);
  if (!words.empty()) throw Error(Code::kBadConfig, rule_of_locks(words), {.error_number = EPERM});
}

// A copy of a shared mount is a peer of it: what the container mounts below would show outside.
Fd open_source(const TreeRequest& request, unsigned flags) {
  mount_attr attr{};
  attr.propagation = MS_SLAVE;
  try {
    if (request.keep_peers) return sys::open_tree(request.from_dir_fd, request.source, flags);
    return sys::open_tree_attr(request.from_dir_fd, request.source, flags, attr);
  } catch (const Error& e) {
    rethrow_with_rule(e, {}, rule_of_tree(request, e.facts()));
  }
}

}  // namespace

Fd make_tree(const TreeRequest& request, const MountChange& change,
             const std::vector<Propagation>& propagation) {
  const unsigned flags = OPEN_TREE_CLONE | (request.recursive ? AT_RECURSIVE : 0U) |
                         (request.follow_link ? 0U : AT_SYMLINK_NOFOLLOW);
  Fd tree = open_source(request, flags);
  if (request.keep_flags) refuse_to_unlock(tree, change);
  id_map(tree.get(), request);
  apply_change(tree.get(), change);
  for (const Propagation& one : propagation) set_propagation(tree.get(), one);
  return tree;
}

Fd mount_step(const Root& root, const MountStep& step, Fd tree) {
  if (step.kind == MountKind::kRemount) return change_mounted(root, step);
  const Fd where = mount_point(root, step, tree);
  refuse_inside_proc(step, where.get(), tree);
  MountStep made = step;
  if (step.kind == MountKind::kFilesystem) {
    resemble(made, where);
    tree = make_filesystem(made);
    if (made.copy_up != 0) copy_up(where.get(), tree.get());
    if (!made.label.empty()) set_label(tree.get(), made.label);
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

// SPDX-License-Identifier: Apache-2.0
//
// System calls as functions that retry EINTR, own what they return and throw Error(kSystem).
// The only place with SYS_ numbers. Every descriptor is CLOEXEC from birth.
// `try_` variants return -errno or an empty optional for the named, expected failures.
#pragma once

#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/deadline.h"
#include "runtime/base/fd.h"

struct pollfd;

namespace rt::sys {

// -- files ---------------------------------------------------------------------------------------
Fd open(const std::string& path, int flags, mode_t mode = 0);
Fd open_at(int dir_fd, const std::string& path, int flags, mode_t mode = 0);
std::optional<Fd> open_if_exists(const std::string& path, int flags);  // empty: ENOENT, ENOTDIR
std::optional<Fd> open_at_if_exists(int dir_fd, const std::string& path, int flags);
// openat2(2), kernel 5.6. EAGAIN (a rename raced with "..") is retried up to 128 times.
Fd open_at2(int dir_fd, const std::string& path, std::uint64_t flags, std::uint64_t resolve,
            std::uint64_t mode = 0);
std::optional<Fd> open_at2_if_exists(int dir_fd, const std::string& path, std::uint64_t flags,
                                     std::uint64_t resolve);
struct stat fstat(int fd);
std::optional<struct stat> stat_at_if_exists(int dir_fd, const std::string& path, int flags);
struct statfs fstatfs(int fd);
void mkdir_at(int dir_fd, const std::string& name, mode_t mode);
bool mkdir_at_unless_exists(int dir_fd, const std::string& name, mode_t mode);  // true: made
void mknod_at(int dir_fd, const std::string& name, mode_t mode, dev_t device);
bool mknod_at_unless_exists(int dir_fd, const std::string& name, mode_t mode, dev_t device);
void symlink_at(const std::string& target, int dir_fd, const std::string& name);
bool symlink_at_unless_exists(const std::string& target, int dir_fd, const std::string& name);
bool unlink_at_if_exists(int dir_fd, const std::string& name, int flags = 0);  // true: removed
void rename_at(int old_dir_fd, const std::string& old_name, int new_dir_fd,
               const std::string& new_name);
std::string readlink_at(int dir_fd, const std::string& name);  // name "" reads an O_PATH link fd
int access_fd(int fd, int mode);  // by the effective ids; 0 or the errno, O_PATH is fine (5.8)
void fchown(int fd, uid_t uid, gid_t gid);  // O_PATH descriptors are fine (AT_EMPTY_PATH)
void fchmod(int fd, mode_t mode);
void ftruncate(int fd, off_t size);
Fd dup(int fd);                     // F_DUPFD_CLOEXEC, lowest number >= 3
void dup2(int old_fd, int new_fd);  // the copy is NOT CLOEXEC
void set_cloexec(int fd, bool on);
std::size_t read(int fd, std::span<char> buffer);  // 0 at end of file
void write_all(int fd, std::string_view data);
std::size_t write_once(int fd, std::string_view data);  // one write(2), for kernel files
Fd memfd(const char* name, unsigned flags);
void flock(int fd, int operation);
bool try_flock(int fd, int operation);  // false: EWOULDBLOCK
std::pair<Fd, Fd> pipe();
std::pair<Fd, Fd> socket_pair(int type);
int poll(std::span<pollfd> fds, const Deadline& deadline);  // 0: the deadline passed

// -- mounts by descriptor (fsopen family: kernel 5.2; mount_setattr: 5.12)
// -------------------------
Fd fsopen(const std::string& type);
void fsconfig_flag(int fs_fd, const std::string& key);
void fsconfig_string(int fs_fd, const std::string& key, const std::string& value);
void fsconfig_create(int fs_fd);
Fd fspick(int mount_fd);  // the filesystem that is mounted there, to be reconfigured
void fsconfig_reconfigure(int fs_fd);
Fd fsmount(int fs_fd, unsigned attr_flags);
Fd open_tree(int dir_fd, const std::string& path, unsigned flags);
// The same with mount_setattr(2) on what was opened, for AT_RECURSIVE in `flags` on all of it: one
// call from Linux 6.15 on.
Fd open_tree_attr(int dir_fd, const std::string& path, unsigned flags, const mount_attr& attr);
void move_mount(int from_fd, const std::string& from, int to_fd, const std::string& to,
                unsigned flags);
void mount_setattr(int fd, const std::string& path, unsigned flags, const mount_attr& attr);
void umount(const std::string& path, int flags);
void pivot_root(const char* new_root, const char* put_old);
void chroot(const std::string& path);
void chdir(const std::string& path);
void fchdir(int fd);
std::string getcwd();  // raw: "(unreachable)/x" outside the root

// -- processes
// ------------------------------------------------------------------------------------- clone3(2).
// Returns the child's pid, 0 in the child. `args.pidfd` must point to an int when asked.
pid_t clone3(clone_args& args);
pid_t clone(std::uint64_t flags, int* pidfd);  // as fork, with CLONE_PIDFD
void unshare(int flags);
void setns(int fd, int nstype);
std::optional<Fd> pidfd_open_if_alive(pid_t pid);             // empty: ESRCH
bool pidfd_send_signal(int pidfd, int signal);                // false: ESRCH
std::optional<Fd> pidfd_getfd(int pidfd, int number);         // empty: EBADF (5.6)
std::optional<siginfo_t> wait_pidfd(int pidfd, int options);  // empty: WNOHANG and not yet
void close_range(unsigned first, unsigned last, unsigned flags);
void prctl(int option, unsigned long a2, unsigned long a3 = 0, unsigned long a4 = 0,
           unsigned long a5 = 0);
void set_no_new_privs();
// sigprocmask(2) itself; the mask that was before. A C library shows the signals that it keeps for
// itself in no mask: restored, they would be open. musl keeps the first real-time one.
sigset_t change_signal_mask(int how, const sigset_t& mask) noexcept;
std::pair<std::uint64_t, std::uint64_t> get_rlimit(pid_t pid, int resource);  // soft, hard
void allow_every_cpu(pid_t pid);  // sched_setaffinity(2); the cpuset still limits
void prlimit(pid_t pid, int resource, std::uint64_t soft, std::uint64_t hard);
// The effective ids that this process was started with, which rt never changes. No call.
uid_t own_uid() noexcept;
gid_t own_gid() noexcept;
void setgroups(std::span<const gid_t> groups);
void setresuid(uid_t uid);
void setresgid(gid_t gid);
void setsid();
void sethostname(const std::string& name);
void setdomainname(const std::string& name);
long seccomp(unsigned operation, unsigned flags, void* args);  // throws; returns the listener fd
long keyctl_join_session(const char* name);                    // throws
int bpf(int command, void* attr, unsigned size);               // throws

}  // namespace rt::sys

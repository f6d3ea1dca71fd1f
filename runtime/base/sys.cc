// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/sys.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "runtime/base/error.h"

namespace rt::sys {
namespace {

template <class Call>
auto retry(Call call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

int check(long result, std::string_view name, std::string_view path = {}) {
  if (result < 0) throw_errno(name, path);
  return static_cast<int>(result);
}

bool not_there(int error) noexcept {
  return error == ENOENT || error == ENOTDIR;
}

long raw_open_at2(int dir_fd, const std::string& path, std::uint64_t flags, std::uint64_t resolve,
                  std::uint64_t mode) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.mode = mode;
  how.resolve = resolve;
  long result = -1;
  for (int attempt = 0; attempt < 128; ++attempt) {
    result = retry([&] { return ::syscall(SYS_openat2, dir_fd, path.c_str(), &how, sizeof how); });
    if (result >= 0 || errno != EAGAIN) break;
  }
  return result;
}

}  // namespace

Fd open(const std::string& path, int flags, mode_t mode) {
  return open_at(AT_FDCWD, path, flags, mode);
}

Fd open_at(int dir_fd, const std::string& path, int flags, mode_t mode) {
  return Fd(check(retry([&] { return ::openat(dir_fd, path.c_str(), flags | O_CLOEXEC, mode); }),
                  "open", path));
}

std::optional<Fd> open_if_exists(const std::string& path, int flags) {
  return open_at_if_exists(AT_FDCWD, path, flags);
}

std::optional<Fd> open_at_if_exists(int dir_fd, const std::string& path, int flags) {
  const int fd = retry([&] { return ::openat(dir_fd, path.c_str(), flags | O_CLOEXEC); });
  if (fd < 0 && not_there(errno)) return {};
  return Fd(check(fd, "open", path));
}

Fd open_at2(int dir_fd, const std::string& path, std::uint64_t flags, std::uint64_t resolve,
            std::uint64_t mode) {
  return Fd(check(raw_open_at2(dir_fd, path, flags, resolve, mode), "open", path));
}

std::optional<Fd> open_at2_if_exists(int dir_fd, const std::string& path, std::uint64_t flags,
                                     std::uint64_t resolve) {
  const long fd = raw_open_at2(dir_fd, path, flags, resolve, 0);
  if (fd < 0 && not_there(errno)) return {};
  return Fd(check(fd, "open", path));
}

struct stat fstat(int fd) {
  struct stat out {};
  check(::fstat(fd, &out), "fstat");
  return out;
}

std::optional<struct stat> stat_at_if_exists(int dir_fd, const std::string& path, int flags) {
  struct stat out {};
  const int result = ::fstatat(dir_fd, path.c_str(), &out, flags);
  if (result < 0 && not_there(errno)) return {};
  check(result, "stat", path);
  return out;
}

struct statfs fstatfs(int fd) {
  struct statfs out {};
  check(retry([&] { return ::fstatfs(fd, &out); }), "fstatfs");
  return out;
}

void mkdir_at(int dir_fd, const std::string& name, mode_t mode) {
  check(::mkdirat(dir_fd, name.c_str(), mode), "mkdir", name);
}

namespace {

bool made_unless_exists(int result, const char* call, const std::string& name) {
  if (result < 0 && errno == EEXIST) return false;
  check(result, call, name);
  return true;
}

}  // namespace

bool mkdir_at_unless_exists(int dir_fd, const std::string& name, mode_t mode) {
  return made_unless_exists(::mkdirat(dir_fd, name.c_str(), mode), "mkdir", name);
}

void mknod_at(int dir_fd, const std::string& name, mode_t mode, dev_t device) {
  check(::mknodat(dir_fd, name.c_str(), mode, device), "mknod", name);
}
bool mknod_at_unless_exists(int dir_fd, const std::string& name, mode_t mode, dev_t device) {
  return made_unless_exists(::mknodat(dir_fd, name.c_str(), mode, device), "mknod", name);
}

void symlink_at(const std::string& target, int dir_fd, const std::string& name) {
  check(::symlinkat(target.c_str(), dir_fd, name.c_str()), "symlink", name);
}
bool symlink_at_unless_exists(const std::string& target, int dir_fd, const std::string& name) {
  return made_unless_exists(::symlinkat(target.c_str(), dir_fd, name.c_str()), "symlink", name);
}

bool unlink_at_if_exists(int dir_fd, const std::string& name, int flags) {
  const int result = ::unlinkat(dir_fd, name.c_str(), flags);
  if (result < 0 && not_there(errno)) return false;
  check(result, "unlink", name);
  return true;
}

void rename_at(int old_dir_fd, const std::string& old_name, int new_dir_fd,
               const std::string& new_name) {
  check(::renameat(old_dir_fd, old_name.c_str(), new_dir_fd, new_name.c_str()), "rename", new_name);
}

std::string readlink_at(int dir_fd, const std::string& name) {
  std::array<char, PATH_MAX> buffer{};
  const auto size = ::readlinkat(dir_fd, name.c_str(), buffer.data(), buffer.size());
  check(size, "readlink", name);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

int access_fd(int fd, int mode) {
  constexpr int kFlags = AT_EMPTY_PATH | AT_EACCESS;
  return ::syscall(SYS_faccessat2, fd, "", mode, kFlags) == 0 ? 0 : errno;
}

void fchown(int fd, uid_t uid, gid_t gid) {
  check(::fchownat(fd, "", uid, gid, AT_EMPTY_PATH), "chown");
}

void fchmod(int fd, mode_t mode) {
  check(::fchmod(fd, mode), "chmod");
}

void ftruncate(int fd, off_t size) {
  check(retry([&] { return ::ftruncate(fd, size); }), "ftruncate");
}

// The call itself: fcntl(3) of musl sets what the kernel has set once more.
Fd dup(int fd) {
  return Fd(check(::syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 3), "dup"));
}

void dup2(int old_fd, int new_fd) {
  if (old_fd == new_fd) {
    set_cloexec(new_fd, false);
    return;
  }
  check(retry([&] { return ::dup3(old_fd, new_fd, 0); }), "dup3");
}

void set_cloexec(int fd, bool on) {
  check(::fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0), "fcntl F_SETFD");
}

std::size_t read(int fd, std::span<char> buffer) {
  const auto size = retry([&] { return ::read(fd, buffer.data(), buffer.size()); });
  if (size < 0) throw_errno("read");
  return static_cast<std::size_t>(size);
}

void write_all(int fd, std::string_view data) {
  while (!data.empty()) data.remove_prefix(write_once(fd, data));
}

std::size_t write_once(int fd, std::string_view data) {
  const auto size = retry([&] { return ::write(fd, data.data(), data.size()); });
  if (size < 0) throw_errno("write");
  return static_cast<std::size_t>(size);
}

Fd memfd(const char* name, unsigned flags) {
  return Fd(check(::syscall(SYS_memfd_create, name, flags), "memfd_create"));
}

void flock(int fd, int operation) {
  check(retry([&] { return ::flock(fd, operation); }), "flock");
}

bool try_flock(int fd, int operation) {
  const int result = retry([&] { return ::flock(fd, operation | LOCK_NB); });
  if (result < 0 && errno == EWOULDBLOCK) return false;
  check(result, "flock");
  return true;
}

std::pair<Fd, Fd> pipe() {
  std::array<int, 2> ends{};
  check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
  return {Fd(ends[0]), Fd(ends[1])};
}

std::pair<Fd, Fd> socket_pair(int type) {
  std::array<int, 2> ends{};
  check(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
  return {Fd(ends[0]), Fd(ends[1])};
}

int poll(std::span<pollfd> fds, const Deadline& deadline) {
  return check(retry([&] { return ::poll(fds.data(), fds.size(), deadline.poll_ms()); }), "poll");
}

void umount(const std::string& path, int flags) {
  check(::syscall(SYS_umount2, path.c_str(), flags), "umount", path);
}

void pivot_root(const char* new_root, const char* put_old) {
  check(::syscall(SYS_pivot_root, new_root, put_old), "pivot_root");
}

void chroot(const std::string& path) {
  check(::chroot(path.c_str()), "chroot", path);
}
void chdir(const std::string& path) {
  check(::chdir(path.c_str()), "chdir", path);
}
void fchdir(int fd) {
  check(::fchdir(fd), "fchdir");
}

std::string getcwd() {
  std::array<char, PATH_MAX> buffer{};
  // Not glibc's getcwd(): that hides "(unreachable)" behind ENOENT.
  check(::syscall(SYS_getcwd, buffer.data(), buffer.size()), "getcwd");
  return buffer.data();
}

pid_t clone3(clone_args& args) {
  return check(::syscall(SYS_clone3, &args, sizeof args), "clone3");
}
pid_t clone(std::uint64_t flags, int* pidfd) {
  return check(::syscall(SYS_clone, flags, nullptr, pidfd, nullptr, nullptr), "clone");
}
void unshare(int flags) {
  check(::unshare(flags), "unshare");
}
void setns(int fd, int nstype) {
  check(::setns(fd, nstype), "setns");
}

std::optional<Fd> pidfd_open_if_alive(pid_t pid) {
  const long fd = ::syscall(SYS_pidfd_open, pid, 0);
  // EINVAL: the pid is a thread's, not a process's: our process is gone.
  if (fd < 0 && (errno == ESRCH || errno == EINVAL)) return {};
  return Fd(check(fd, "pidfd_open"));
}

bool pidfd_send_signal(int pidfd, int signal) {
  const long result = ::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0);
  if (result < 0 && errno == ESRCH) return false;
  check(result, "pidfd_send_signal");
  return true;
}

std::optional<Fd> pidfd_getfd(int pidfd, int number) {
  const long fd = ::syscall(SYS_pidfd_getfd, pidfd, number, 0);
  if (fd < 0 && errno == EBADF) return {};
  return Fd(check(fd, "pidfd_getfd"));
}

std::optional<siginfo_t> wait_pidfd(int pidfd, int options) {
  siginfo_t info{};
  check(retry([&] { return ::waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, options); }),
        "waitid");
  if (info.si_pid == 0) return {};
  return info;
}

void close_range(unsigned first, unsigned last, unsigned flags) {
  check(::syscall(SYS_close_range, first, last, flags), "close_range");
}

sigset_t change_signal_mask(int how, const sigset_t& mask) noexcept {
  constexpr std::size_t kKernelBytes = 8;
  sigset_t before{};
  (void)::syscall(SYS_rt_sigprocmask, how, &mask, &before, kKernelBytes);
  return before;
}

void prctl(int option, unsigned long a2, unsigned long a3, unsigned long a4, unsigned long a5) {
  check(::prctl(option, a2, a3, a4, a5), "prctl");
}

void set_no_new_privs() {
  prctl(PR_SET_NO_NEW_PRIVS, 1);
}

void prlimit(pid_t pid, int resource, std::uint64_t soft, std::uint64_t hard) {
  const struct rlimit64 limit { soft, hard };
  check(::syscall(SYS_prlimit64, pid, resource, &limit, nullptr), "prlimit");
}

std::pair<std::uint64_t, std::uint64_t> get_rlimit(pid_t pid, int resource) {
  struct rlimit64 limit {};
  check(::syscall(SYS_prlimit64, pid, resource, nullptr, &limit), "prlimit");
  return {limit.rlim_cur, limit.rlim_max};
}

void allow_every_cpu(pid_t pid) {
  cpu_set_t all;
  std::memset(&all, 0xff, sizeof all);
  check(::sched_setaffinity(pid, sizeof all, &all), "sched_setaffinity");
}

uid_t own_uid() noexcept {
  return static_cast<uid_t>(::getauxval(AT_EUID));
}
gid_t own_gid() noexcept {
  return static_cast<gid_t>(::getauxval(AT_EGID));
}

// The calls themselves: those of libc tell the threads that rt does not have (decision 0005).
void setgroups(std::span<const gid_t> groups) {
  check(::syscall(SYS_setgroups, groups.size(), groups.data()), "setgroups");
}

void setresuid(uid_t uid) {
  check(::syscall(SYS_setresuid, uid, uid, uid), "setresuid");
}
void setresgid(gid_t gid) {
  check(::syscall(SYS_setresgid, gid, gid, gid), "setresgid");
}
void setsid() {
  check(::setsid(), "setsid");
}

void sethostname(const std::string& name) {
  check(::sethostname(name.data(), name.size()), "sethostname", name);
}

void setdomainname(const std::string& name) {
  check(::setdomainname(name.data(), name.size()), "setdomainname", name);
}

long seccomp(unsigned operation, unsigned flags, void* args) {
  return check(::syscall(SYS_seccomp, operation, flags, args), "seccomp");
}

long keyctl_join_session(const char* name) {
  return check(::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name), "keyctl");
}

int bpf(int command, void* attr, unsigned size) {
  return check(::syscall(SYS_bpf, command, attr, size), "bpf");
}

}  // namespace rt::sys

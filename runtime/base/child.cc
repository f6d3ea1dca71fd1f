// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/child.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

ExitStatus to_status(const siginfo_t& info) {
  return {.code = info.si_status, .signalled = info.si_code != CLD_EXITED};
}

}  // namespace

std::string ExitStatus::text() const {
  if (!signalled) return "exit status " + std::to_string(code);
  const char* name = sigabbrev_np(code);
  return "killed by " + (name != nullptr ? "SIG" + std::string(name) : std::to_string(code));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}

Child& Child::operator=(Child&& other) noexcept {
  Child taken(std::move(other));
  std::swap(pid_, taken.pid_);
  std::swap(pidfd_, taken.pidfd_);
  return *this;
}

bool Child::signal(int number) const {
  return sys::pidfd_send_signal(pidfd_.get(), number);
}

ExitStatus Child::wait() {
  const auto info = sys::wait_pidfd(pidfd_.get(), WEXITED);
  pidfd_.reset();
  return to_status(info.value_or(siginfo_t{}));
}

std::optional<ExitStatus> Child::wait_until(const Deadline& deadline) {
  pollfd one{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
  if (sys::poll({&one, 1}, deadline) == 0) return {};
  return wait();
}

void Child::destroy() noexcept {
  if (!pidfd_.valid()) return;
  (void)::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
  siginfo_t info{};
  while (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) < 0 && errno == EINTR) {
  }
  pidfd_.reset();
}

Child spawn(const SpawnOptions& options, const std::function<int()>& body) {
  int pidfd = -1;
  clone_args args{};
  args.flags = options.flags | CLONE_PIDFD;
  args.pidfd = std::bit_cast<std::uint64_t>(&pidfd);
  // clone3 refuses an exit signal together with CLONE_PARENT: the parent's own one is used.
  if ((options.flags & CLONE_PARENT) == 0) args.exit_signal = SIGCHLD;
  if (options.cgroup_fd >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<unsigned>(options.cgroup_fd);
  }
  const pid_t pid = sys::clone3(args);
  if (pid == 0) ::_exit(body());
  return {pid, Fd(pidfd)};
}

std::vector<char*> exec_pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const std::string& s : strings) out.push_back(const_cast<char*>(s.c_str()));  // NOLINT
  out.push_back(nullptr);
  return out;
}

void reset_signals() noexcept {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) (void)::sigaction(number, &action, nullptr);
  sigset_t none;
  (void)::sigemptyset(&none);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
}

int exec_image(int image_fd, char* const* argv, char* const* envp) noexcept {
  (void)::syscall(SYS_execveat, image_fd, "", argv, envp, AT_EMPTY_PATH);
  return errno;
}

}  // namespace rt

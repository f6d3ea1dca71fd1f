// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/foreground.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/container/host_terminal.h"

namespace rt {
namespace {

constexpr auto kLastWords = std::chrono::milliseconds(100);  // for output after init's end

// One direction of the terminal. EIO is how a pty says that the other side is closed.
bool copy_once(int from_fd, int to_fd) noexcept {
  std::array<char, 8192> buffer{};
  const ssize_t size = ::read(from_fd, buffer.data(), buffer.size());
  if (size < 0) return errno == EINTR || errno == EAGAIN;
  if (size == 0) return false;
  std::size_t done = 0;
  while (done < static_cast<std::size_t>(size)) {
    const ssize_t wrote =
        ::write(to_fd, buffer.data() + done, static_cast<std::size_t>(size) - done);
    if (wrote < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (wrote > 0) done += static_cast<std::size_t>(wrote);
  }
  return true;
}

// Orphans of the container come to a subreaper. Init itself is left for the caller.
void reap_others(pid_t init) noexcept {
  siginfo_t info{};
  while (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0 &&
         info.si_pid != init) {
    const auto orphan = static_cast<id_t>(info.si_pid);
    info = {};
    (void)::waitid(P_PID, orphan, &info, WEXITED | WNOHANG);
    info = {};
  }
}

class Attendance {
 public:
  Attendance(Child& init, const SignalInbox& inbox, Fd terminal, std::optional<NotifyRelay> relay)
      : init_(init), inbox_(inbox), terminal_(std::move(terminal)), relay_(std::move(relay)) {
    if (terminal_.valid()) host_.emplace();
  }

  int run() {
    while (true) {
      std::array<pollfd, 5> fds{
          pollfd{.fd = init_.pidfd(), .events = POLLIN, .revents = 0},
          pollfd{.fd = inbox_.fd(), .events = POLLIN, .revents = 0},
          pollfd{.fd = terminal_.get(), .events = POLLIN, .revents = 0},
          pollfd{.fd = terminal_.valid() && stdin_open_ ? 0 : -1, .events = POLLIN, .revents = 0},
          pollfd{.fd = relay_ ? relay_->fd() : -1, .events = POLLIN, .revents = 0}};
      (void)sys::poll(fds, Deadline::never());
      const bool ended = fds[0].revents != 0;
      if (fds[1].revents != 0 && !ended) pass_signal_on();
      if (fds[2].revents != 0 && !copy_once(terminal_.get(), 1)) terminal_.reset();
      if (fds[3].revents != 0) stdin_open_ = copy_once(0, terminal_.get());
      // In the foreground rt itself is the service's main process.
      if (fds[4].revents != 0) (void)relay_->pass_on(::getpid());
      if (!ended) continue;
      drain();
      return init_.wait().shell_code();
    }
  }

 private:
  void pass_signal_on() {
    signalfd_siginfo info{};
    if (::read(inbox_.fd(), &info, sizeof info) != sizeof info) return;
    const int number = static_cast<int>(info.ssi_signo);
    if (number == SIGCHLD) return reap_others(init_.pid());
    if (number == SIGWINCH && host_) return host_->copy_size_to(terminal_);
    if (number == SIGURG || number == SIGPIPE || number == SIGWINCH) return;
    (void)init_.signal(number);
  }

  // What the program wrote before it ended is in the pty still; a daemon it left may hold it open.
  void drain() {
    while (terminal_.valid()) {
      pollfd one{.fd = terminal_.get(), .events = POLLIN, .revents = 0};
      if (sys::poll({&one, 1}, Deadline::in(kLastWords)) == 0) return;
      if (!copy_once(terminal_.get(), 1)) return;
    }
  }

  Child& init_;
  const SignalInbox& inbox_;
  Fd terminal_;
  std::optional<NotifyRelay> relay_;
  std::optional<HostTerminal> host_{};
  bool stdin_open_ = true;
};

}  // namespace

SignalInbox::SignalInbox() {
  // Not sigfillset(3): a C library keeps signals for itself, musl the first real-time one.
  sigset_t all;
  std::memset(&all, 0xFF, sizeof all);
  // Faults of our own must still end us.
  for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS}) {
    (void)::sigdelset(&all, number);
  }
  (void)sys::change_signal_mask(SIG_BLOCK, all);
  fd_ = Fd(::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_.valid()) throw_errno("signalfd");
}

int attend(Child& init, const SignalInbox& inbox, Fd terminal, std::optional<NotifyRelay> relay) {
  return Attendance(init, inbox, std::move(terminal), std::move(relay)).run();
}

}  // namespace rt

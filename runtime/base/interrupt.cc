// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/interrupt.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstring>
#include <utility>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

int watched_fd = -1;  // of the Interruptible that lives; -1 once it has been interrupted
int signal_number = 0;

bool ignored(int number) noexcept {
  if (const auto& own = own_sets()) return (own->ignored_signals >> (number - 1) & 1) != 0;
  struct sigaction now {};
  (void)::sigaction(number, nullptr, &now);
  return now.sa_handler == SIG_IGN;
}

// Not those that the caller has us ignore (nohup, background jobs): blocked, they would arrive.
sigset_t interrupting_signals() noexcept {
  sigset_t out;
  (void)::sigemptyset(&out);
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) {
    if (!ignored(number)) (void)::sigaddset(&out, number);
  }
  return out;
}

}  // namespace

Interruptible::Interruptible() {
  const sigset_t signals = interrupting_signals();
  old_ = sys::change_signal_mask(SIG_BLOCK, signals);
  fd_ = Fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_.valid()) throw_errno("signalfd");
  watched_fd = fd_.get();
}

Interruptible::~Interruptible() {
  watched_fd = -1;
  (void)sys::change_signal_mask(SIG_SETMASK, old_);
}

bool interruptible() noexcept {
  return watched_fd >= 0;
}

int poll_interruptibly(std::span<pollfd> fds, const Deadline& deadline) {
  if (watched_fd < 0) return sys::poll(fds, deadline);
  std::vector<pollfd> all(fds.begin(), fds.end());
  all.push_back({.fd = watched_fd, .events = POLLIN, .revents = 0});
  const int count = sys::poll(all, deadline);
  std::copy_n(all.begin(), fds.size(), fds.begin());
  signalfd_siginfo info{};
  if (all.back().revents == 0 || ::read(watched_fd, &info, sizeof info) != sizeof info)
    return count;
  watched_fd = -1;
  signal_number = static_cast<int>(info.ssi_signo);
  throw Error(Code::kInterrupted,
              std::string("interrupted by SIG") + ::sigabbrev_np(signal_number));
}

int interrupting_signal() noexcept {
  return signal_number;
}

}  // namespace rt

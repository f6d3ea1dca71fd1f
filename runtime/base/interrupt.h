// SPDX-License-Identifier: Apache-2.0
//
// Signals that ask rt to stop (HUP, INT, QUIT, TERM) while it makes what must not stay half made:
// the wait that they meet ends in an Error, and destructors undo, as for every other failure.
// Not for signals that are passed on to a container (foreground.h).
#pragma once

#include <csignal>
#include <span>

#include "runtime/base/deadline.h"
#include "runtime/base/fd.h"

struct pollfd;

namespace rt {

// While one of these lives the signals are blocked, and poll_interruptibly() looks for them. One at
// a time. Later ones than the first stay blocked until it is gone, so that undoing is not cut
// short.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;
  Interruptible(Interruptible&&) = delete;
  Interruptible& operator=(Interruptible&&) = delete;

 private:
  sigset_t old_{};
  Fd fd_{};
};

// A wait may end in kInterrupted.
[[nodiscard]] bool interruptible() noexcept;

// As sys::poll; throws Error(kInterrupted) "interrupted by SIGTERM". For waits that others decide
// the length of: hooks, the other end of a channel.
int poll_interruptibly(std::span<pollfd> fds, const Deadline& deadline);

// The signal behind the last kInterrupted; 0: none.
[[nodiscard]] int interrupting_signal() noexcept;

}  // namespace rt

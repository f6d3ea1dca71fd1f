// SPDX-License-Identifier: Apache-2.0
//
// sd_notify(3) across the wall: the container gets a socket of its own at /run/notify/notify.sock,
// and the process that starts it passes READY=1 on to the caller's NOTIFY_SOCKET with init's pid.
// Only where NOTIFY_SOCKET is set for create and for start; managers with a relay of their own
// unset it. Rule: sd_notify(3); as runc does it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "runtime/base/fd.h"
#include "runtime/container/state_dir.h"

namespace rt {

inline constexpr const char* kNotifyDirectory = "notify";  // in the state directory
[[nodiscard]] bool notify_wanted();                        // NOTIFY_SOCKET is set and not empty

class NotifyRelay {
 public:
  // Binds the container's end. Call before the program runs. Empty: not wanted, or create was not
  // told.
  static std::optional<NotifyRelay> open(const StateDir& dir);

  [[nodiscard]] int fd() const noexcept { return socket_.get(); }
  // Reads one datagram. True when it begins with READY=: then that line, MAINPID and BARRIER have
  // been sent on.
  bool pass_on(pid_t main_pid);
  // Until the program says READY= or init is gone.
  void wait_ready(int init_pidfd, pid_t main_pid);

 private:
  NotifyRelay(Fd socket, std::string host_path)
      : socket_(std::move(socket)), host_path_(std::move(host_path)) {}
  Fd socket_;
  std::string host_path_;
};

}  // namespace rt

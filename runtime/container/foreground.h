// SPDX-License-Identifier: Apache-2.0
//
// `run` without --detach: rt stays, passes signals and the terminal on, reaps what becomes its
// child, and ends with the program's status. Rule: as runc and crun behave.
#pragma once

#include <optional>

#include "runtime/base/child.h"
#include "runtime/base/fd.h"
#include "runtime/container/notify.h"

namespace rt {

// Blocks every signal, until this process ends, and makes them readable, so that none is lost
// between create and the wait, and none decides about the exit status.
class SignalInbox {
 public:
  SignalInbox();
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  Fd fd_{};
};

// Until init ends. `terminal` is the master of the container's pty, or invalid; `relay` the
// sd_notify socket, if any. Returns what the shell would see: the exit code, or 128+n.
int attend(Child& init, const SignalInbox& inbox, Fd terminal, std::optional<NotifyRelay> relay);

}  // namespace rt

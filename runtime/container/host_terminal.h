// SPDX-License-Identifier: Apache-2.0
//
// The caller's terminal while a container's pty is connected to it: raw mode, restored at the end
// whatever happens, and the window size passed on.
#pragma once

#include <termios.h>

#include "runtime/base/fd.h"

namespace rt {

class HostTerminal {
 public:
  HostTerminal();  // looks at 2, 1, 0, then /dev/tty; none of them a terminal is fine
  ~HostTerminal();
  HostTerminal(const HostTerminal&) = delete;
  HostTerminal& operator=(const HostTerminal&) = delete;
  HostTerminal(HostTerminal&&) = delete;
  HostTerminal& operator=(HostTerminal&&) = delete;

  void copy_size_to(const Fd& master) const noexcept;

 private:
  Fd fd_{};
  struct termios old_ {};
};

// The window size alone, before the program starts and asks for it.
void copy_host_size_to(const Fd& master);

}  // namespace rt

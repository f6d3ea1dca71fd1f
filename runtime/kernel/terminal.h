// SPDX-License-Identifier: Apache-2.0
//
// A pseudo-terminal of the container's own devpts. The peer comes from TIOCGPTPEER, never from a
// name under /dev/pts (CVE-2025-52565). Rule: runtime-spec config.md "Process" (terminal,
// consoleSize); devpts, ioctl_tty(2).
#pragma once

#include <cstdint>

#include "runtime/base/beneath.h"
#include "runtime/base/fd.h"

namespace rt {

struct TerminalPlan {
  std::uint8_t enabled = 0;
  std::uint8_t console = 1;  // bind the peer over /dev/console: init only
  std::uint16_t height = 0;  // characters; 0x0: leave the kernel's
  std::uint16_t width = 0;
  std::uint32_t owner = 0;  // uid of the process, in the container
};

struct Terminal {
  Fd master{};
  Fd peer{};
};

// Opens /dev/pts/ptmx below `root`, turns ONLCR off as runc and crun do, sets size and owner.
Terminal open_terminal(const Root& root, const TerminalPlan& plan);

// Puts the peer over /dev/console, which is made if missing; a link there is not followed.
void bind_console(const Root& root, const Terminal& terminal);

// Descriptors 0 to 2 and the controlling terminal. The caller is a session leader.
void become_controlling(const Terminal& terminal);

}  // namespace rt

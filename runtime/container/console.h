// SPDX-License-Identifier: Apache-2.0
//
// --console-socket and process.terminal: which combinations make sense. As runc refuses them.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/base/fd.h"

namespace rt {

// Whether rt stays beside the process (run and exec without --detach) and relays its terminal.
enum class Presence : std::uint8_t { kDetached, kForeground };

// Throws Error(kUsage).
void check_terminal(bool terminal, const std::string& console_socket, Presence presence);

// Connected at once, because receivers listen only now. Empty path: invalid.
Fd connect_console(const std::string& path);

}  // namespace rt

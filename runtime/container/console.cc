// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/console.h"

#include "runtime/base/error.h"
#include "runtime/container/sockets.h"

namespace rt {

void check_terminal(bool terminal, const std::string& console_socket, Presence presence) {
  const bool relayed = terminal && presence == Presence::kForeground;
  if (console_socket.empty() && terminal && !relayed) {
    throw Error(Code::kUsage,
                "cannot allocate tty if rt will detach without setting console socket: give "
                "--console-socket, or set process.terminal to false");
  }
  if (!console_socket.empty() && (!terminal || relayed)) {
    throw Error(Code::kUsage, "cannot use console socket if rt will not detach or allocate tty");
  }
}

Fd connect_console(const std::string& path) {
  if (path.empty()) return {};
  const Context here("console socket");
  return connect_unix(path);
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// Descriptors that callers get over unix sockets: the terminal's master (--console-socket) and a
// pidfd (--pidfd-socket). One connection, one message with one descriptor and a non-empty payload,
// then closed; nothing is read. Rule: as runc does it (containerd's and conmon's receivers).
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/fd.h"

namespace rt {

// Stream socket at `path`, also where it is longer than sun_path allows. Throws Error(kSystem)
// naming the path.
Fd connect_unix(const std::string& path);

void send_descriptor(const Fd& socket, int fd, std::string_view payload);

// --pidfd-socket; `kind` is "standard" for a container's first process, "setns" for others. Empty
// path: nothing to do.
void send_pidfd(const std::string& path, int pidfd, std::string_view kind);

}  // namespace rt

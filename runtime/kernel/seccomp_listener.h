// SPDX-License-Identifier: Apache-2.0
//
// Hands the notify descriptor of a seccomp filter to the agent that linux.seccomp.listenerPath
// names. One connection, one document, then closed.
// Rules: runtime-spec config-linux.md "The Container Process State"; SC-32 to SC-36.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/deadline.h"

namespace rt {

// Sends `container_process_state` (JSON text) with `notify_fd` as SCM_RIGHTS on its first byte.
// `path` is a stream socket. Throws Error(kSystem), Error(kDeadline) when the agent does not
// accept or read in time.
void send_to_seccomp_agent(const std::string& path, std::string_view container_process_state,
                           int notify_fd, const Deadline& deadline);

}  // namespace rt

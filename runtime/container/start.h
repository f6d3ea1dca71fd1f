// SPDX-License-Identifier: Apache-2.0
//
// Lifecycle steps 6 to 9: opening the gate, and what follows from the answer.
#pragma once

#include <optional>

#include "runtime/container/container.h"
#include "runtime/container/notify.h"

namespace rt {

// `container` is locked. Returns when the program has been executed and the poststart hooks are
// done. Throws the true cause; after a failed hook the container is gone (HK-24), after a failed
// execve it is stopped.
// `relay` gets the container's sd_notify socket when there is one to serve after the start; without
// it the function waits itself until the program is ready.
void start_container(Container& container, std::optional<NotifyRelay>* relay = nullptr);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// Lifecycle steps 6 to 9 for `run`, which has no gate: letting the process go, and what follows
// from its answer. `start` (verbs.h) does the same with the gate.
#pragma once

#include <optional>

#include "runtime/container/create.h"
#include "runtime/container/notify.h"

namespace rt {

// `created` waits for its caller. Returns when the program has been executed and the poststart
// hooks are done. Throws the true cause; after a failed hook the container is gone (HK-24), after a
// failed execve it is stopped. Gives the container's sd_notify socket when there is one to serve.
std::optional<NotifyRelay> start_created(Created& created);

// The same, and waits itself until the program is ready.
void start_detached(Created& created);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// The standard streams of the container's program are its user's, not the host's (decision 0014).
#pragma once

#include <sys/types.h>

#include "runtime/base/beneath.h"

namespace rt {

// Descriptors 0 to 2. Once the root filesystem is entered. Throws Error.
void hand_over_stdio(const Root& root, uid_t uid);

}  // namespace rt

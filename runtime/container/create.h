// SPDX-License-Identifier: Apache-2.0
//
// Making a container up to the point where it waits for start; shared by create and run.
#pragma once

#include "runtime/base/child.h"
#include "runtime/container/container.h"
#include "runtime/container/verbs.h"

namespace rt {

struct Created {
  Container container;  // locked
  Child init{};         // our child: killed and reaped unless kept
  Fd terminal{};        // master of the pty, when no console socket took it
};

// Whether somebody stays to relay the terminal; else --console-socket must take it.
enum class Presence : std::uint8_t { kDetached, kForeground };

Created create_container(const CreateOptions& options, Presence presence);

}  // namespace rt

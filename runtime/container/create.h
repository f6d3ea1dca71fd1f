// SPDX-License-Identifier: Apache-2.0
//
// Making a container up to the point where it waits for start; shared by create and run.
#pragma once

#include "runtime/base/channel.h"
#include "runtime/base/child.h"
#include "runtime/container/console.h"
#include "runtime/container/container.h"
#include "runtime/container/verbs.h"

namespace rt {

// What a created process waits for.
enum class WaitsFor : std::uint8_t {
  kGate,    // a FIFO in the state directory, which `start` opens
  kCaller,  // a word of the process that made it: `run`
};

struct Created {
  Container container;  // locked
  Child init{};         // our child: killed and reaped unless kept
  Fd terminal{};        // master of the pty, when no console socket took it
  // For WaitsFor::kCaller: where to send Kept, without which the process dies with us, and where
  // its last answer comes from (execution.h).
  Channel go{};
  Fd report{};
};

Created create_container(const CreateOptions& options, Presence presence, WaitsFor waits_for);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// Gives the calling process the capability sets of the plan. For rt-init: raw system calls only,
// no name table. Every set is read back, and a difference is an error (R21).
// Order (CAP-06): drop_bounding, PR_SET_KEEPCAPS, change of uid and gid, apply_capabilities.
#pragma once

#include "runtime/kernel/capability_masks.h"

namespace rt {

// Drops what is not in masks.bounding. Needs CAP_SETPCAP unless nothing has to go.
void drop_bounding(const CapabilityMasks& masks);

// Sets effective, permitted, inheritable, then ambient.
void apply_capabilities(const CapabilityMasks& masks);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// process.capabilities to five masks, in the parent. Pure. What cannot be granted is left out
// with a warning, never an error (CAP-03). Setting them is capabilities_apply.h.
// Rules: runtime-spec config.md "Linux Process"; capabilities(7); CAP-01 to CAP-05.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/kernel/capability_masks.h"
#include "spec/process.h"

namespace rt {

// What this kernel has and what this process can hand on, as masks.
struct CapabilityLimits {
  std::uint64_t known = 0;  // up to cap_last_cap
  std::uint64_t bounding = 0;
  std::uint64_t permitted = 0;

  // A process that enters a new or another user namespace has everything there.
  [[nodiscard]] CapabilityLimits in_user_namespace() const noexcept {
    return {.known = known, .bounding = known, .permitted = known};
  }
};
CapabilityLimits capability_limits();  // of this process; system calls, no files

struct CapabilityPlan {
  CapabilityMasks masks{};
  std::vector<std::string> warnings{};  // one line each
};

// An absent object means no capability at all (CAP-04).
CapabilityPlan to_capability_plan(const std::optional<spec::Capabilities>& wanted,
                                  const CapabilityLimits& limits);

// "CAP_CHOWN" ... of the table in libcap-ng, in the order of their numbers; for `rt features`.
std::vector<std::string> known_capabilities();

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// The five capability sets of a process as bit masks (1 << CAP_x).
#pragma once

#include <cstdint>

namespace rt {

struct CapabilityMasks {
  std::uint64_t bounding = 0;
  std::uint64_t effective = 0;
  std::uint64_t inheritable = 0;
  std::uint64_t permitted = 0;
  std::uint64_t ambient = 0;

  bool operator==(const CapabilityMasks&) const = default;
};

}  // namespace rt

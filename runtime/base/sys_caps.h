// SPDX-License-Identifier: Apache-2.0
//
// The capability calls of the kernel as functions; same conventions as sys.h.
// `cap` is a number of <linux/capability.h>, masks are 1 << cap.
#pragma once

#include <cstdint>

namespace rt::sys {

struct CapSets {
  std::uint64_t effective = 0;
  std::uint64_t permitted = 0;
  std::uint64_t inheritable = 0;

  bool operator==(const CapSets&) const = default;
};
CapSets capget();  // of the calling process
void capset(const CapSets& sets);

// Whole sets, up to the last capability that the kernel has; one call for each.
struct BoundingSet {
  std::uint64_t known = 0;  // those that the kernel has
  std::uint64_t present = 0;
};
BoundingSet bounding_set();
// All that the kernel has, from some that it has for sure: numbers have no gaps.
std::uint64_t known_caps(std::uint64_t some);
void capbset_drop_others(std::uint64_t kept);

void ambient_clear();  // kernel 4.3; EINVAL of older ones is ignored
void ambient_raise(unsigned cap);
std::uint64_t ambient_set();

}  // namespace rt::sys

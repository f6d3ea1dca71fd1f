// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/capabilities_apply.h"

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/sys_caps.h"

namespace rt {
namespace {

bool has(std::uint64_t mask, unsigned cap) noexcept {
  return (mask >> cap & 1U) != 0;
}

// R21: the kernel's answer counts, not the return value of the call that set it.
void confirm(bool equal, const char* text) {
  if (!equal) throw Error(Code::kSystem, text);
}

}  // namespace

void drop_bounding(const CapabilityMasks& masks) {
  const Context here("bounding set");
  sys::capbset_drop_others(masks.bounding);
}

void apply_capabilities(const CapabilityMasks& masks) {
  const Context here("capabilities");
  const sys::CapSets sets{
      .effective = masks.effective, .permitted = masks.permitted, .inheritable = masks.inheritable};
  sys::capset(sets);
  // What is not both permitted and inheritable cannot be ambient: capset(2) has taken it out
  // (capabilities(7)).
  const bool possible = (masks.permitted & masks.inheritable) != 0;
  if (possible) sys::ambient_clear();
  for (unsigned cap = 0; cap < 64; ++cap) {
    if (has(masks.ambient, cap)) sys::ambient_raise(cap);
  }
  confirm(sys::capget() == sets, "the kernel shows other capability sets");
  if (possible) {
    confirm(sys::ambient_set() == masks.ambient, "the kernel shows another ambient set");
  }
}

}  // namespace rt

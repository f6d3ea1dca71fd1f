// SPDX-License-Identifier: Apache-2.0
//
// How GoogleTest shows our values.
#pragma once

#include <ostream>

#include "runtime/kernel/cgroup/writes.h"

namespace rt {

inline void PrintTo(const CgroupWrite& write, std::ostream* out) {
  *out << write.controller << " " << write.file << "=" << write.value << " on refusal "
       << static_cast<int>(write.on_refusal);
  if (write.instead) *out << ", else " << write.instead->file << "=" << write.instead->value;
}

}  // namespace rt

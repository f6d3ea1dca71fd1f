// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/fd_range.h"

#include <sys/mman.h>

#include "runtime/base/sys.h"

namespace rt {

FdRange::FdRange(int first, unsigned count) : end_(first + static_cast<int>(count)) {
  if (count == 0) return;
  Fd filler = sys::memfd("rt-gap", MFD_CLOEXEC);
  while (filler.get() < end_) {
    fillers_.push_back(std::move(filler));
    filler = sys::dup(fillers_.back().get());  // the lowest free number from 3 on
  }
}

}  // namespace rt

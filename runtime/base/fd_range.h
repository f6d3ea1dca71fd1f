// SPDX-License-Identifier: Apache-2.0
//
// Descriptor numbers that belong to the container's program (LISTEN_FDS, --preserve-fds). Gaps in
// the range are filled while we work, so that nothing of ours is ever opened at such a number.
#pragma once

#include <vector>

#include "runtime/base/fd.h"

namespace rt {

class FdRange {
 public:
  // Numbers first … first+count-1. Gaps close by themselves on exec and in the destructor.
  FdRange(int first, unsigned count);

  [[nodiscard]] int end() const noexcept { return end_; }  // first number that is ours

 private:
  int end_;
  std::vector<Fd> fillers_;
};

}  // namespace rt

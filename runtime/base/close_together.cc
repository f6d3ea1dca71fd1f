// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/close_together.h"

#include <unistd.h>

#include <bit>
#include <utility>

namespace rt {
namespace {

CloseTogether* living = nullptr;
bool ending = false;

}  // namespace

CloseTogether::CloseTogether() noexcept : around_(std::exchange(living, this)) {}

CloseTogether::~CloseTogether() {
  living = around_;
  close_all();
}

void CloseTogether::leave_to_exit() noexcept {
  ending = true;
}

// Linux frees the number even when close() reports EINTR (close(2), NOTES).
void CloseTogether::close(int fd) noexcept {
  if (ending) return;
  if (living == nullptr || fd >= kNumbers) {
    (void)::close(fd);
    return;
  }
  living->spent_ |= std::uint64_t{1} << fd;
  if (std::popcount(living->spent_) == kMost) living->close_all();
}

void CloseTogether::close_all() noexcept {
  while (spent_ != 0) {
    const auto first = static_cast<unsigned>(std::countr_zero(spent_));
    const auto count = static_cast<unsigned>(std::countr_one(spent_ >> first));
    (void)::close_range(first, first + count - 1, 0);
    for (unsigned i = 0; i < count; ++i) spent_ &= spent_ - 1;
  }
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// A point on CLOCK_MONOTONIC until which a wait may last. Wall-clock jumps do not move it.
#pragma once

#include <algorithm>
#include <chrono>

namespace rt {

class Deadline {
 public:
  static Deadline in(std::chrono::milliseconds span) noexcept {
    return Deadline(Clock::now() + span);
  }
  static Deadline never() noexcept { return Deadline(Clock::time_point::max()); }

  [[nodiscard]] bool passed() const noexcept { return Clock::now() >= at_; }
  [[nodiscard]] bool is_never() const noexcept { return at_ == Clock::time_point::max(); }
  // For poll(2): -1 when it never comes, else what is left, rounded up.
  [[nodiscard]] int poll_ms() const noexcept {
    if (is_never()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 1'000'000'000));
  }

 private:
  using Clock = std::chrono::steady_clock;
  explicit Deadline(Clock::time_point at) noexcept : at_(at) {}
  Clock::time_point at_;
};

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// While one lives, the descriptors that Fd gives back are only noted. They are closed in the end,
// or when there are kMost, by one close_range(2) for each run of numbers instead of a close(2)
// each: what was opened one after the other is one run. For steps that open much and wait for
// nobody: not where another process waits for the end of a file, and not around a fork.
#pragma once

#include <cstdint>

namespace rt {

class CloseTogether {
 public:
  CloseTogether() noexcept;
  ~CloseTogether();
  CloseTogether(const CloseTogether&) = delete;
  CloseTogether& operator=(const CloseTogether&) = delete;
  CloseTogether(CloseTogether&&) = delete;
  CloseTogether& operator=(CloseTogether&&) = delete;

  // The process is about to end, and nothing else waits for what it has open: no more is closed.
  static void leave_to_exit() noexcept;

  static constexpr int kMost = 16;     // of a limit on open files that may be small
  static constexpr int kNumbers = 64;  // above these each goes at once

 private:
  friend class Fd;
  static void close(int fd) noexcept;  // now, or together with others
  void close_all() noexcept;

  CloseTogether* around_;    // the one that lives on
  std::uint64_t spent_ = 0;  // bit N: number N
};

}  // namespace rt

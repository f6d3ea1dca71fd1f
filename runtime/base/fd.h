// SPDX-License-Identifier: Apache-2.0
//
// Fd owns one file descriptor. Move-only; assignment closes the old one; closing never throws.
// Raw descriptors that are only borrowed are named `..._fd`.
#pragma once

#include <utility>

#include "runtime/base/close_together.h"

namespace rt {

class Fd {
 public:
  Fd() noexcept = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}  // takes ownership
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    const Fd old(std::exchange(fd_, std::exchange(other.fd_, -1)));
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  void reset() noexcept {
    if (fd_ >= 0) CloseTogether::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

}  // namespace rt

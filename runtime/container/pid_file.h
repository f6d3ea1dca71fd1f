// SPDX-License-Identifier: Apache-2.0
//
// --pid-file: decimal host pid, no newline, put there by rename so that a reader never sees a part.
#pragma once

#include <sys/types.h>

#include <string>

#include "runtime/base/fd.h"

namespace rt {

// Removed again unless kept: a failed create leaves none.
class PidFile {
 public:
  // Opens the directory at once: a relative path is the caller's. Empty path: no file.
  explicit PidFile(const std::string& path);
  ~PidFile();
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;
  PidFile(PidFile&&) = delete;
  PidFile& operator=(PidFile&&) = delete;

  void write(pid_t pid);
  void keep() noexcept { written_ = false; }

 private:
  Fd directory_{};
  std::string name_{};
  bool written_ = false;
};

}  // namespace rt

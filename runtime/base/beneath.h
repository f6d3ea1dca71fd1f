// SPDX-License-Identifier: Apache-2.0
//
// Root: a directory that path lookups cannot leave. Images control every symlink below it, so the
// kernel resolves (openat2, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS) and nothing else does;
// creation resolves the parent and then adds one single-component name. Never returns a path.
// Source: openat2(2), kernel 5.6; the class of CVE-2019-16884, CVE-2021-30465, CVE-2024-45310.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/base/fd.h"

namespace rt {

// Where a directory entry is, or is to be: an open parent and one name without '/'.
struct Place {
  Fd parent{};
  std::string name{};
};

class Root {
 public:
  explicit Root(Fd directory) noexcept : dir_(std::move(directory)) {}

  [[nodiscard]] int fd() const noexcept { return dir_.get(); }

  // `flags` as for open(2). Links are followed inside the root. Throws when it is not there.
  [[nodiscard]] Fd open(const std::string& path, int flags) const;
  [[nodiscard]] std::optional<Fd> open_if_exists(const std::string& path, int flags) const;
  // Every component must be a real directory: for /proc and /sys (CVE-2019-19921).
  [[nodiscard]] std::optional<Fd> open_real_directory_if_exists(const std::string& path) const;

  // An O_PATH handle; missing directories are made, through dangling links too. Throws ENOTDIR
  // when something else is there.
  [[nodiscard]] Fd make_directory(const std::string& path, mode_t mode = 0755) const;
  // An O_PATH handle of what is there, or of a new empty file. Throws EISDIR for a directory.
  [[nodiscard]] Fd make_file(const std::string& path) const;
  // Parent made if missing; the last component is not looked at. Throws for "/" and "..".
  [[nodiscard]] Place make_parent(const std::string& path) const;

 private:
  Fd dir_;
};

}  // namespace rt

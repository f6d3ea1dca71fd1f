// SPDX-License-Identifier: Apache-2.0
//
// The bundle: its directory and root filesystem, each opened once, and the configuration read from
// it once. Rule: runtime-spec bundle.md; config.md "Root".
#pragma once

#include <string>

#include "runtime/base/fd.h"
#include "runtime/container/verbs.h"
#include "spec/config.h"

namespace rt {

struct Bundle {
  Fd directory{};             // O_PATH
  std::string path{};         // absolute, links resolved, for people and the state document
  std::string config_text{};  // as it was read: the snapshot that every later verb uses
  spec::Config config{};      // decoded, valid, nothing in it that this build cannot do
  Fd rootfs{};                // O_PATH
  std::string rootfs_path{};
};

// Throws kBadBundle for a missing directory, configuration or root, kBadConfig with pointer, line
// and column, kUnsupported for what this build cannot do yet.
Bundle open_bundle(const CreateOptions& options);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// The features document of this build, filled from the tables that parse, so that `rt features`
// cannot promise a word that decoding refuses. Says nothing about the host.
// Source: runtime-spec features.md, features-linux.md.
#pragma once

#include <string>
#include <vector>

#include "spec/config.h"
#include "spec/features.h"

namespace rt::spec {

struct FeatureFacts {
  std::vector<std::string> supported_seccomp_flags{};  // of libseccomp and kernel
  Annotations annotations{};                           // versions of rt and its libraries
  std::vector<std::string> unsafe_annotations{};       // of config.json, that change what rt does
};

[[nodiscard]] Features features(const FeatureFacts& facts);

}  // namespace rt::spec

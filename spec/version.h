// SPDX-License-Identifier: Apache-2.0
//
// Semantic versions (semver.org 2.0.0), as `ociVersion` carries them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rt::spec {

struct Version {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::uint64_t patch = 0;
  bool operator==(const Version&) const = default;
};

// "1.3.0", "1.0.2-dev", "1.2.0-rc.1+build.5". Empty for anything that is not SemVer.
[[nodiscard]] std::optional<Version> parse_version(std::string_view text);

}  // namespace rt::spec

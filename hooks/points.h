// SPDX-License-Identifier: Apache-2.0
//
// The six points of the lifecycle at which hooks run: where, in which order, and what a failure
// means. Rule: runtime-spec runtime.md "Lifecycle", config.md "POSIX-platform Hooks".
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "spec/config.h"
#include "spec/state.h"

namespace rt::hooks {

enum class Where : std::uint8_t {
  kRuntime,           // path and process in the runtime's namespaces
  kContainerProcess,  // path in the runtime's mounts, process in the container's namespaces
  kContainer,         // both in the container
};
enum class OnFailure : std::uint8_t { kStop, kWarn };  // kWarn: the next hook runs all the same

struct Point {
  std::string_view name;  // as in config.json
  std::vector<spec::Hook> spec::Hooks::*list;
  Where where;
  spec::Status status;  // what the hook reads on stdin
  OnFailure on_failure;
};

inline constexpr std::array<Point, 6> kPoints{{
    {"prestart", &spec::Hooks::prestart, Where::kRuntime, spec::Status::kCreating,
     OnFailure::kStop},
    {"createRuntime", &spec::Hooks::create_runtime, Where::kRuntime, spec::Status::kCreating,
     OnFailure::kStop},
    {"createContainer", &spec::Hooks::create_container, Where::kContainerProcess,
     spec::Status::kCreating, OnFailure::kStop},
    {"startContainer", &spec::Hooks::start_container, Where::kContainer, spec::Status::kCreated,
     OnFailure::kStop},
    {"poststart", &spec::Hooks::poststart, Where::kRuntime, spec::Status::kRunning,
     OnFailure::kStop},
    {"poststop", &spec::Hooks::poststop, Where::kRuntime, spec::Status::kStopped, OnFailure::kWarn},
}};

inline constexpr const Point& kPrestart = kPoints[0];
inline constexpr const Point& kCreateRuntime = kPoints[1];
inline constexpr const Point& kCreateContainer = kPoints[2];
inline constexpr const Point& kStartContainer = kPoints[3];
inline constexpr const Point& kPoststart = kPoints[4];
inline constexpr const Point& kPoststop = kPoints[5];

}  // namespace rt::hooks

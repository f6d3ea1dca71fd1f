// SPDX-License-Identifier: Apache-2.0
//
// Where the time of a create went, as state.json keeps it and `state` shows it under "timing":
// "phases" follow each other from execve of rt to the moment when the container is recorded as
// created; "inside" are rt-init's steps, during the last of them. Microseconds.
#pragma once

#include "runtime/base/phases.h"
#include "spec/fields.h"

namespace rt {

struct Timing {
  phases::Phases phases{};
  phases::Phases inside{};
  bool operator==(const Timing&) const = default;
};

}  // namespace rt

namespace rt::spec {

template <>
struct Fields<phases::Phase> {
  static constexpr auto list =
      std::tuple(required("name", &phases::Phase::name), required("us", &phases::Phase::us));
};

template <>
struct Fields<Timing> {
  static constexpr auto list =
      std::tuple(required("phases", &Timing::phases), optional("inside", &Timing::inside));
};

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
//
// What a call complains about, so that tests compare whole error texts.
#pragma once

#include <optional>
#include <string>

#include "runtime/base/error.h"

namespace rt::test {

// The Error that `call` throws; empty if it returns.
template <class Call>
std::optional<Error> thrown_by(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return {};
}

// Its text; "" if it returns.
template <class Call>
std::string error_of(Call call) {
  const auto error = thrown_by(call);
  return error ? error->what() : "";
}

}  // namespace rt::test

// SPDX-License-Identifier: Apache-2.0
//
// What all programs of this folder share. Each has one LLVMFuzzerTestOneInput(): in the preset
// "fuzz" libFuzzer calls it with inputs of its own making, in all others replay.cc with the seeds
// alone. A property that does not hold ends the program.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "runtime/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace rt::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) noexcept {
  return {reinterpret_cast<const char*>(data), size};  // NOLINT: bytes are what a decoder reads
}

inline void demand(bool holds, const char* property) {
  if (holds) return;
  (void)std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

// Bad input is one Error, of which rt is not the cause. Every other exception ends the program.
template <class Act>
void refused_or_done(Act act) {
  try {
    act();
  } catch (const Error& e) {
    demand(e.code() != Code::kInternal && e.code() != Code::kSystem, e.what());
  }
}

}  // namespace rt::fuzz

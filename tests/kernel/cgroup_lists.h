// SPDX-License-Identifier: Apache-2.0
//
// What a function of the lists (writes_*.h) appends for one part of the document, or refuses.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "runtime/base/error.h"
#include "runtime/kernel/cgroup/writes.h"
#include "tests/kernel/print_cgroup.h"

namespace rt {

template <class Part>
CgroupWrites list_of(void (*append)(const Part&, CgroupWrites&), const Part& part) {
  CgroupWrites out;
  append(part, out);
  return out;
}

// "/linux/resources/...: why", after a look at the pointer beside it.
template <class Body>
std::string refusal_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kBadConfig);
    EXPECT_TRUE(std::string(error.what()).starts_with(error.facts().pointer + ": "));
    return error.what();
  }
  return "accepted";
}

template <class Part>
std::string refusal_of(void (*append)(const Part&, CgroupWrites&), const Part& part) {
  return refusal_of([&] { (void)list_of(append, part); });
}

}  // namespace rt

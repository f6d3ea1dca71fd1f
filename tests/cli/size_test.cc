// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/size.h"

#include <gtest/gtest.h>

namespace rt::cli {
namespace {

TEST(Size, Reads) {
  const struct {
    const char* text;
    std::uint64_t bytes;
  } rows[] = {
      {"0", 0},
      {"4096", 4096},
      {"7b", 7},
      {"1k", 1024},
      {"1K", 1024},
      {"2kb", 2048},
      {"2KiB", 2048},
      {"512m", 536870912},
      {"1.5g", 1610612736},
      {"0.5k", 512},
      {"1.0000001k", 1024},
      {"1t", 1099511627776},
      {"1p", 1125899906842624},
      {"1.999999999p", 2251799812555264 - 2251799812555264 % 1048576},
      {"9223372036854775807", 9223372036854775807U},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_size(row.text), row.bytes) << row.text;
}

TEST(Size, RefusesEverythingElse) {
  for (const char* text : {"", "k", "-1", "+1", "1x", "1.k", "1..5k", ".5k", "1 k", "1bb", "1bib",
                           "1kk", "0x10", "9223372036854775808", "8388608t", "1.0000000000k"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace rt::cli

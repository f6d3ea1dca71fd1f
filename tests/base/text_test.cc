// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/text.h"

#include <gtest/gtest.h>

namespace rt {
namespace {

TEST(ParseNumber, TakesTheWholeStringOrNothing) {
  EXPECT_EQ(parse_number<std::uint32_t>("0"), 0U);
  EXPECT_EQ(parse_number<std::uint32_t>("00"), 0U);
  EXPECT_EQ(parse_number<std::uint32_t>("4294967295"), 4294967295U);
  EXPECT_EQ(parse_number<int>("-1"), -1);
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551615"), ~0ULL);
  EXPECT_EQ(parse_number<unsigned>("755", 8), 0755U);
  for (const char* bad : {"", " 1", "1 ", "+1", "-1", "1x", "0x1", "1e3", "4294967296", "\u0661"}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(parse_number<std::uint32_t>(bad).has_value());
  }
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a::b:", ':'), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ':'), (std::vector<std::string_view>{""}));
  EXPECT_EQ(split_lines("a\nb\n"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_TRUE(split_lines("").empty());
  EXPECT_EQ(split_blank("  a \t b "), (std::vector<std::string_view>{"a", "b"}));
}

TEST(CleanAbsolute, NeverClimbsAboveTheRoot) {
  const struct {
    const char* in;
    const char* want;
  } rows[] = {{"", "/"},
              {"/", "/"},
              {"/a/./b//c/..", "/a/b"},
              {"a", "/a"},
              {"/../../x", "/x"},
              {"/x/../proc/self/attr", "/proc/self/attr"},
              {"//proc/./self", "/proc/self"}};
  for (const auto& row : rows) EXPECT_EQ(clean_absolute(row.in), row.want) << row.in;
}

TEST(Quoted, IsOneLine) {
  EXPECT_EQ(quoted("a\"b\\c\n\x1b"), "\"a\\\"b\\\\c\\n\\x1b\"");
  EXPECT_EQ(quoted("ä"), "\"ä\"");
}

TEST(Words, SmallHelpers) {
  EXPECT_EQ(trim(" \n a b\t"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
  EXPECT_EQ(lower("SigTERM"), "sigterm");
  EXPECT_EQ(octal(0755), "755");
  EXPECT_EQ(octal(0), "0");
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "spec/json.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/spec/error_of.h"

namespace rt::json {
namespace {

using test::error_of;
using test::thrown_by;

std::string parse_error(std::string_view text) {
  return error_of([&] { (void)Document::parse(text, "f"); });
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Json, RefusesWhatRfc8259Refuses) {
  using namespace std::string_view_literals;
  const struct {
    const char* name;
    std::string_view text;
    const char* want;
  } rows[] = {
      {"empty", "", "f:1:1: malformed JSON: the document is empty"},
      {"blank", " \n", "f:2:1: malformed JSON: the document is empty"},
      {"trailing garbage", "{} x", "f:1:4: malformed JSON: something follows the document"},
      {"second document", "{}\n{}", "f:2:1: malformed JSON: something follows the document"},
      {"byte order mark", "\xEF\xBB\xBF{}", "f:1:1: malformed JSON: a byte order mark"},
      {"comment", "/**/{}", "f:1:1: malformed JSON: not a JSON value"},
      {"line comment", "{}//", "f:1:3: malformed JSON: something follows the document"},
      {"NaN", "[NaN]", "f:1:2: malformed JSON: not a JSON value"},
      {"infinity", "[-Infinity]", "f:1:3: malformed JSON: not a JSON value"},
      {"trailing comma", "[1,]", "f:1:4: malformed JSON: not a JSON value"},
      {"single quotes", "['a']", "f:1:2: malformed JSON: not a JSON value"},
      {"bare name", "{a:1}", "f:1:2: malformed JSON: a member name is missing"},
      {"no colon", "{\"a\" 1}", "f:1:6: malformed JSON: a colon is missing after a member name"},
      {"leading zero", "[01]", "f:1:3: malformed JSON: a comma or ']' is missing"},
      {"plus sign", "[+1]", "f:1:2: malformed JSON: not a JSON value"},
      {"hex", "[0x1]", "f:1:3: malformed JSON: a comma or ']' is missing"},
      {"no fraction", "[1.]", "f:1:4: malformed JSON: digits are missing after the point"},
      {"1e400", "{\"a\":[1e400]}", "f:1:7: /a: malformed JSON: a number beyond every range"},
      {"raw NUL", "{\"a\":\"x\0y\"}"sv, "f:1:8: malformed JSON: a NUL byte"},
      {"NUL at the end", "{}\0"sv, "f:1:3: malformed JSON: a NUL byte"},
      {"escaped NUL", "{\"a\":\"x\\u0000\"}", "f:1:6: /a: malformed JSON: NUL in a string"},
      {"escaped NUL in a name", "{\"\\u0000\":1}", "f:1:2: malformed JSON: NUL in a string"},
      {"raw newline", "[\"\n\"]",
       "f:1:3: malformed JSON: an escape or control byte that JSON has not"},
      {"bad escape", "[\"\\q\"]",
       "f:1:3: malformed JSON: an escape or control byte that JSON has not"},
      {"open string", "[\"abc", "f:1:6: malformed JSON: a closing quotation mark is missing"},
      {"open object", "{\"a\":1", "f:1:7: malformed JSON: a comma or '}' is missing"},
      {"lone high surrogate", "[\"\\ud800\"]", "f:1:3: malformed JSON: half a surrogate pair"},
      {"lone low surrogate", "[\"\\udc00\"]", "f:1:2: /0: malformed JSON: half a surrogate pair"},
      {"stray continuation byte", "[\"\x80\"]", "f:1:3: malformed JSON: not UTF-8"},
      {"byte FF", "[\"\xFF\"]", "f:1:3: malformed JSON: not UTF-8"},
      {"overlong slash", "[\"\xC0\xAF\"]", "f:1:3: malformed JSON: not UTF-8"},
      {"encoded surrogate", "[\"\xED\xA0\x80\"]", "f:1:3: malformed JSON: not UTF-8"},
      {"beyond U+10FFFF", "[\"\xF5\x80\x80\x80\"]", "f:1:3: malformed JSON: not UTF-8"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(parse_error(row.text), row.want);
  }
}

TEST(Json, RefusesARepeatedNameWhereverItStands) {
  EXPECT_EQ(parse_error("{\"a\":1,\"a\":1}"), "f:1:12: /a: the name appears twice in its object");
  EXPECT_EQ(parse_error("{\"x\":[{}, {\"k\":1,\n \"q\":2, \"k\":3}]}"),
            "f:2:13: /x/1/k: the name appears twice in its object");
  EXPECT_EQ(parse_error("{\"a\":1,\"\\u0061\":2}"),
            "f:1:17: /a: the name appears twice in its object");
  EXPECT_EQ(parse_error("{\"a\":{\"a\":1},\"b\":{\"a\":1}}"), "");
}

TEST(Json, NestsTo128LevelsAndNoFurther) {
  EXPECT_EQ(parse_error(repeat("[", 128) + repeat("]", 128)), "");
  EXPECT_EQ(parse_error(repeat("[", 129) + repeat("]", 129)),
            "f:1:129: " + repeat("/0", 127) + ": more than 128 levels of nesting");
}

// The limit is on the document, not on the stack: a child with a stack of 64 KiB must say so too.
TEST(Json, SurvivesAMillionLevelsOnASmallStack) {
  const std::string arrays = repeat("[", 1'000'000);
  const std::string objects = repeat("{\"a\":", 1'000'000);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit small{64 * 1024, 64 * 1024};
    (void)setrlimit(RLIMIT_STACK, &small);
    const bool refused = parse_error(arrays).ends_with("levels of nesting") &&
                         parse_error(objects).ends_with("levels of nesting");
    _exit(refused ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Json, RefusesTextsAbove16MiB) {
  EXPECT_EQ(parse_error(std::string(kMaxText + 1, ' ')), "f:1:1: larger than 16777216 bytes");
}

TEST(Json, ManyMembersAreNoQuadraticTrap) {
  std::string text = "{";
  for (int i = 0; i < 300'000; ++i) text += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_TRUE(
      parse_error(text + "\"k0\":1}").ends_with("/k0: the name appears twice in its object"));
}

TEST(Json, KnowsPointerAndPositionOfEachNode) {
  const std::string text = "{\n  \"a/b\": [1, {\"~\": \"x\\ty\"}],\n  \"c\" :\ttrue\n}";
  const Document doc = Document::parse(text, "f");
  const Node& list = *doc.children(doc.root()).begin();
  const Node& object = *++doc.children(list).begin();
  const Node& deep = *doc.children(object).begin();
  EXPECT_EQ(deep.text, "x\ty");
  EXPECT_EQ(doc.pointer(deep), "/a~1b/1/~0");
  EXPECT_EQ(error_of([&] { doc.refuse(deep, "a number"); }),
            "f:2:20: /a~1b/1/~0: expected a number, found \"x\\x09y\"");
  EXPECT_EQ(error_of([&] { doc.refuse_missing(object, "k"); }), "f:2:14: /a~1b/1: missing \"k\"");
  EXPECT_EQ(error_of([&] { doc.refuse(*++doc.children(doc.root()).begin(), "a string"); }),
            "f:3:9: /c: expected a string, found true");
}

TEST(Json, ErrorsCarryTheirFacts) {
  const std::string text = "{\n \"a\": 1}";
  const Document doc = Document::parse(text, "config.json");
  const auto error = thrown_by([&] { doc.refuse(*doc.children(doc.root()).begin(), "x"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), Code::kBadConfig);
  EXPECT_EQ(error->facts().path, "config.json");
  EXPECT_EQ(error->facts().pointer, "/a");
  EXPECT_EQ(error->facts().line, 2U);
  EXPECT_EQ(error->facts().column, 7U);
}

TEST(Json, LongValuesAreCutBetweenCharacters) {
  const std::string text = "[\"" + std::string(79, 'x') + "\xC3\xA4" + std::string(50, 'y') + "\"]";
  const Document doc = Document::parse(text, "f");
  EXPECT_EQ(error_of([&] { doc.refuse(*doc.children(doc.root()).begin(), "a number"); }),
            "f:1:2: /0: expected a number, found \"" + std::string(79, 'x') + "\"...");
}

TEST(JsonWriter, WritesCompactAndIndented) {
  const auto write = [](Style style) {
    Writer writer(style);
    writer.begin_object();
    writer.key("a");
    writer.begin_array();
    writer.value(std::uint64_t{18446744073709551615U});
    writer.value(std::numeric_limits<std::int64_t>::min());
    writer.value(false);
    writer.null();
    writer.end_array();
    writer.key("b");
    writer.value(std::string_view("x/\"\n\x01"));
    writer.end_object();
    return writer.take();
  };
  EXPECT_EQ(write(kCompact),
            "{\"a\":[18446744073709551615,-9223372036854775808,false,null],"
            "\"b\":\"x/\\\"\\n\\u0001\"}");
  EXPECT_EQ(write(kTabs),
            "{\n\t\"a\": [\n\t\t18446744073709551615,\n\t\t-9223372036854775808,\n\t\tfalse,\n"
            "\t\tnull\n\t],\n\t\"b\": \"x/\\\"\\n\\u0001\"\n}");
}

TEST(JsonWriter, RefusesTextThatItsReaderWouldRefuse) {
  for (const char* const text : {"\xFF", "a\xC3", "\xED\xA0\x80", "\xC0\xAF"}) {
    Writer writer(kCompact);
    EXPECT_NE(error_of([&] { writer.value(std::string_view(text)); }), "") << text;
  }
  Writer writer(kCompact);
  EXPECT_EQ(error_of([&] { writer.value(std::string_view("/b\xFF")); }),
            "\"/b\xFF\" is not UTF-8, so JSON cannot hold it");
}

}  // namespace
}  // namespace rt::json

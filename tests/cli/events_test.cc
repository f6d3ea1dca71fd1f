// SPDX-License-Identifier: Apache-2.0
//
// events: spans of time, and which containers.
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/duration.h"
#include "tests/cli/fake_verbs.h"

namespace rt::cli {
namespace {

TEST(Duration, ReadsWhatGoReads) {
  const struct {
    const char* text;
    std::int64_t nanoseconds;
  } rows[] = {
      {"5s", 5'000'000'000},
      {"500ms", 500'000'000},
      {"1m30s", 90'000'000'000},
      {"1.5h", 5'400'000'000'000},
      {".5s", 500'000'000},
      {"2us", 2'000},
      {"2µs", 2'000},
      {"7ns", 7},
      {"+1s", 1'000'000'000},
      {"-1s", -1'000'000'000},
      {"0", 0},
      {"5", 5'000'000'000},
  };
  for (const auto& row : rows) {
    const auto span = parse_duration(row.text);
    ASSERT_TRUE(span) << row.text;
    EXPECT_EQ(span->count(), row.nanoseconds) << row.text;
  }
}

TEST(Duration, RefusesTheRest) {
  for (const char* text :
       {"", "s", "-", ".", ".s", "1x", "1s5", "1.2.3s", "1e3s", " 1s", "1 s", "3000000h", "inf"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

// The error of `rt events FLAG... a b`, or nothing.
std::string events(const std::vector<std::string_view>& flags) {
  fake_verbs() = {};
  std::vector<std::string_view> words = {"--root", "/r", "events"};
  words.insert(words.end(), flags.begin(), flags.end());
  words.insert(words.end(), {"a", "b"});
  std::string out;
  ::testing::internal::CaptureStdout();
  try {
    (void)dispatch(words);
  } catch (const Error& e) {
    out = e.what();
  }
  (void)::testing::internal::GetCapturedStdout();
  log::configure({});
  return out;
}

TEST(Events, TakesSeveralContainersAndTheInterval) {
  using std::chrono::milliseconds;
  const struct {
    std::vector<std::string_view> flags;
    milliseconds interval;
    bool stats;
  } rows[] = {
      {{}, milliseconds(5000), false},
      {{"--stats"}, milliseconds(5000), true},
      {{"--interval=90ms"}, milliseconds(90), false},
      {{"-interval", "1ns"}, milliseconds(1), false},
      {{"--interval", "2540400h"}, std::chrono::years(100), false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(events(row.flags), "");
    EXPECT_EQ(fake_verbs().calls, (std::vector<std::string>{"events /r a", "events /r b"}));
    EXPECT_EQ(fake_verbs().events.interval, row.interval);
    EXPECT_EQ(fake_verbs().events.stats, row.stats);
  }
}

TEST(Events, RefusesAnIntervalThatIsNone) {
  for (const char* word : {"0", "0s", "-1s"}) {
    EXPECT_EQ(events({"--interval", word}), "duration interval must be greater than 0");
  }
  EXPECT_EQ(events({"--interval", "often"}),
            R"(invalid value "often" for flag --interval: expected a time like 5s or 1m30s)");
}

}  // namespace
}  // namespace rt::cli

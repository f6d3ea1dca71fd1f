// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string>

#include "runtime/base/log_record.h"
#include "runtime/base/log_sink.h"

namespace rt::log {
namespace {

void set_zone(const char* zone) {
  ::setenv("TZ", zone, 1);
  ::tzset();
}

constexpr std::chrono::system_clock::time_point kMoment{
    std::chrono::microseconds(1787127072000042)};

class LogFile : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(dir_.data()), nullptr); }
  void TearDown() override {
    configure({});
    ::unlink(path("log").c_str());
    ::rmdir(dir_.data());
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return std::string(dir_.data()) + "/" + name;
  }
  static std::string content(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  static std::string stderr_of(const std::function<void()>& body) {
    testing::internal::CaptureStderr();
    body();
    return testing::internal::GetCapturedStderr();
  }

 private:
  std::array<char, 24> dir_{"/tmp/rt-log-test-XXXXXX"};
};

TEST(LogRecord, TimeCarriesTheLocalZone) {
  set_zone("CEST-2");
  EXPECT_EQ(rfc3339(kMoment, false), "2026-08-19T10:11:12+02:00");
  set_zone("NST3:30");
  EXPECT_EQ(rfc3339(kMoment, false), "2026-08-19T04:41:12-03:30");
  set_zone("UTC0");
  EXPECT_EQ(rfc3339(kMoment, false), "2026-08-19T08:11:12Z");
  EXPECT_EQ(rfc3339(kMoment, true), "2026-08-19T08:11:12.000042Z");
}

TEST(LogRecord, TextIsWhatLogrusWrites) {
  set_zone("CEST-2");
  EXPECT_EQ(
      to_text({.level = Level::kError, .message = "container does not exist", .time = kMoment}),
      "time=\"2026-08-19T10:11:12+02:00\" level=error msg=\"container does not exist\"\n");
  EXPECT_EQ(
      to_text({.level = Level::kWarning, .message = "exec: \"x\" \\ \n", .time = kMoment}),
      "time=\"2026-08-19T10:11:12+02:00\" level=warning msg=\"exec: \\\"x\\\" \\\\ \\\\n\"\n");
}

TEST(LogRecord, JsonHasThreeKeysForAPlainMessage) {
  set_zone("UTC0");
  EXPECT_EQ(to_json({.level = Level::kInfo, .message = "a \"b\"", .time = kMoment}),
            "{\"level\":\"info\",\"msg\":\"a \\\"b\\\"\",\"time\":\"2026-08-19T08:11:12Z\"}\n");
}

TEST(LogRecord, JsonShowsTheFactsOfAnError) {
  set_zone("UTC0");
  const Error error(Code::kBadConfig, "bad",
                    {.step = "create c1",
                     .syscall = "openat2",
                     .path = "/b/config.json",
                     .pointer = "/process/args/0",
                     .error_number = EPERM,
                     .line = 12,
                     .column = 7});
  EXPECT_EQ(to_json({.level = Level::kError, .message = "bad", .time = kMoment, .error = &error}),
            "{\"level\":\"error\",\"msg\":\"bad\",\"time\":\"2026-08-19T08:11:12Z\","
            "\"code\":\"bad-config\",\"step\":\"create c1\",\"syscall\":\"openat2\","
            "\"errno\":\"EPERM\",\"path\":\"/b/config.json\",\"pointer\":\"/process/args/0\","
            "\"line\":12,\"column\":7}\n");
}

TEST(LogRecord, OneLineLeavesNothingThatATerminalObeys) {
  const struct {
    const char* name;
    std::string in;
    std::string want;
  } rows[] = {
      {"plain text stays", "create c1: größe", "create c1: größe"},
      {"newline", "a\nb\r\tc", "a\\nb\\r\\tc"},
      {"escape and delete", "\x1b[31m\x7f", "\\x1b[31m\\x7f"},
      {"a NUL", std::string("a\0b", 3), "a\\x00b"},
      {"a C1 control", "\xc2\x9b", "\\x9b"},
      {"a stray byte", "a\xff", "a\xEF\xBF\xBD"},
      {"an overlong slash", "\xc0\xaf", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"a surrogate", "\xed\xa0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"a cut sequence", "\xe2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"four bytes", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(one_line(row.in), row.want);
  }
  EXPECT_EQ(one_line("abcdef", 4), "abcd...");
  EXPECT_LT(one_line(std::string(100'000, '\n')).size(), 8192U);
}

TEST(LogSink, DaemonMessagesAreSpelledOut) {
  EXPECT_EQ(to_syslog(Level::kError, "box", 42, "a\nb"), "<27>box[42]: a\\nb");
  EXPECT_EQ(to_syslog(Level::kDebug, "", 42, "x"), "<31>rt[42]: x");
  EXPECT_EQ(to_journald(Level::kWarning, "box", "x"),
            "PRIORITY=4\nSYSLOG_IDENTIFIER=box\nMESSAGE=x\n");
}

TEST_F(LogFile, IsThereAtOnceAndEmpty) {
  configure({.destination = path("log"), .level = Level::kError});
  debug("not asked for");
  EXPECT_EQ(::access(path("log").c_str(), F_OK), 0);
  EXPECT_EQ(content(path("log")), "");
}

TEST_F(LogFile, RecordsAreAppended) {
  std::ofstream(path("log")) << "first\n";
  set_zone("UTC0");
  configure(
      {.destination = "file:" + path("log"), .format = Format::kJson, .level = Level::kDebug});
  debug("one");
  warning("two");
  const std::string text = content(path("log"));
  EXPECT_EQ(text.find("first\n{\"level\":\"debug\",\"msg\":\"one\",\"time\":\""), 0U) << text;
  EXPECT_NE(text.find("{\"level\":\"warning\",\"msg\":\"two\",\"time\":\""), std::string::npos);
}

TEST_F(LogFile, AnErrorIsOneRecordAndOneLine) {
  configure({.destination = path("log"), .format = Format::kJson});
  const std::string shown = stderr_of([] { error("a\nb"); });
  EXPECT_EQ(shown, "rt: a\\nb\n");
  const std::string text = content(path("log"));
  EXPECT_EQ(text.find("{\"level\":\"error\",\"msg\":\"a\\\\nb\",\"time\":\""), 0U) << text;
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST_F(LogFile, JsonWithoutAFileGoesToStderrAlone) {
  configure({.format = Format::kJson});
  const std::string shown = stderr_of([] { error("x"); });
  EXPECT_EQ(shown.find("{\"level\":\"error\",\"msg\":\"x\""), 0U) << shown;
  EXPECT_EQ(shown.find('\n'), shown.size() - 1);
}

TEST_F(LogFile, TextWithoutAFileIsThePlainLine) {
  configure({});
  EXPECT_EQ(stderr_of([] { error("x"); }), "rt: x\n");
}

TEST_F(LogFile, AFailingLogIsOneWarning) {
  const std::string shown = stderr_of([&] {
    configure({.destination = path("no/such/log"), .level = Level::kDebug});
    debug("x");
    debug("y");
    error("z");
  });
  EXPECT_EQ(shown, "rt: warning: log " + path("no/such/log") + ": open " + path("no/such/log") +
                       ": no such file or directory\nrt: z\n");
}

TEST_F(LogFile, AFullDeviceIsOneWarning) {
  configure({.destination = "/dev/full", .level = Level::kDebug});
  EXPECT_EQ(stderr_of([] {
              debug("x");
              debug("y");
            }),
            "rt: warning: log /dev/full: write: no space left on device\n");
}

TEST_F(LogFile, AFifoNeverBlocks) {
  ASSERT_EQ(::mkfifo(path("log").c_str(), 0600), 0);
  const std::string without_reader = stderr_of([&] {
    configure({.destination = path("log")});
    error("x");
  });
  EXPECT_EQ(without_reader, "rt: warning: log " + path("log") + ": open " + path("log") +
                                ": no such device or address\nrt: x\n");

  const Fd reader(::open(path("log").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  configure({.destination = path("log"), .level = Level::kDebug});
  const std::string full = stderr_of([] {
    for (int i = 0; i < 2000; ++i) debug(std::string(100, 'x'));
  });
  EXPECT_EQ(full,
            "rt: warning: log " + path("log") + ": write: resource temporarily unavailable\n");
}

TEST_F(LogFile, ARelativePathIsTakenFromTheDirectoryOfThatMoment) {
  const std::string before = [] {
    std::array<char, 4096> buffer{};
    return std::string(::getcwd(buffer.data(), buffer.size()));
  }();
  ASSERT_EQ(::chdir(path("").c_str()), 0);
  configure({.destination = "log", .level = Level::kDebug});
  ASSERT_EQ(::chdir(before.c_str()), 0);
  debug("x");
  EXPECT_EQ(::access(path("log").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace rt::log

// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "runtime/base/log_record.h"
#include "runtime/base/log_sink.h"
#include "runtime/base/sys.h"

namespace rt::log {
namespace {

// One write(2), result ignored: stderr is the last place to report to.
void say(std::string_view text) noexcept {
  try {
    const std::string line = "rt: " + one_line(text) + "\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  } catch (...) {
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, "rt: out of memory\n", 18);
  }
}

// spdlog's side of the work: it gates by level, stamps the time and contains exceptions. Patterns
// and formatters are left out: they would be a third of the program.
class RecordSink final : public spdlog::sinks::sink {
 public:
  explicit RecordSink(const Settings& settings)
      : format_(settings.format), sink_(settings.destination) {}

  void set_error(const Error* error) noexcept { error_ = error; }

  void log(const spdlog::details::log_msg& message) override {
    const Record record{.level = level_of(message.level),
                        .message = {message.payload.data(), message.payload.size()},
                        .time = message.time,
                        .error = error_};
    sink_.write(record.level, format_ == Format::kJson ? to_json(record) : to_text(record),
                record.message);
  }
  void flush() override {}
  void set_pattern(const std::string& /*pattern*/) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter> /*formatter*/) override {}

 private:
  static Level level_of(spdlog::level::level_enum level) noexcept {
    switch (level) {
      case spdlog::level::debug:
        return Level::kDebug;
      case spdlog::level::info:
        return Level::kInfo;
      case spdlog::level::warn:
        return Level::kWarning;
      default:
        return Level::kError;
    }
  }

  Format format_;
  Sink sink_;
  const Error* error_ = nullptr;
};

spdlog::level::level_enum spdlog_level(Level level) noexcept {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

struct State {
  Settings settings{};
  std::shared_ptr<RecordSink> sink{};
  std::unique_ptr<spdlog::logger> logger{};
  bool complained = false;  // one warning about the log itself, not one a record
};

State& state() noexcept {
  static State instance;
  return instance;
}

void complain(std::string_view why) noexcept {
  if (std::exchange(state().complained, true)) return;
  try {
    say("warning: log " + state().settings.destination + ": " + std::string(why));
  } catch (...) {
    say("warning: log: out of memory");
  }
}

void set_up(State& log) {
  if (!log.sink) log.sink = std::make_shared<RecordSink>(log.settings);
  log.logger = std::make_unique<spdlog::logger>("rt", log.sink);
  log.logger->set_level(spdlog_level(log.settings.level));
  log.logger->set_error_handler([](const std::string& why) { complain(why); });
}

void write(Level level, std::string_view message, const Error* error) noexcept {
  if (!enabled(level)) return;
  State& log = state();
  try {
    if (!log.logger) {
      if (log.complained) return;  // the destination could not be opened: once is enough
      set_up(log);
    }
    log.sink->set_error(error);
    log.logger->log(spdlog_level(level), spdlog::string_view_t(message.data(), message.size()));
    log.sink->set_error(nullptr);
  } catch (const std::exception& e) {
    complain(e.what());
  }
}

void report(std::string_view message, const Error* error) noexcept {
  const Settings& settings = state().settings;
  const bool only_stderr = settings.destination.empty();
  if (!only_stderr || settings.format == Format::kJson) write(Level::kError, message, error);
  if (!only_stderr || settings.format == Format::kText) say(message);
}

std::string absolute(std::string destination) {
  constexpr std::string_view kFile = "file:";
  if (destination.starts_with(kFile)) destination.erase(0, kFile.size());
  return destination.starts_with("/") ? destination : sys::getcwd() + "/" + destination;
}

bool is_file(std::string_view destination) noexcept {
  return !destination.empty() && !destination.starts_with("journald:") &&
         !destination.starts_with("syslog:");
}

}  // namespace

void configure(Settings settings) noexcept {
  State& log = state();
  log.sink.reset();
  log.logger.reset();
  log.complained = false;
  log.settings = std::move(settings);
  try {
    std::string& destination = log.settings.destination;
    if (!is_file(destination)) return;
    destination = absolute(destination);
    // Opened now: the file is there whatever happens, and a wrong path is heard of at once.
    log.sink = std::make_shared<RecordSink>(log.settings);
  } catch (const std::exception& e) {
    complain(e.what());
  }
}

bool enabled(Level level) noexcept {
  return level >= state().settings.level;
}

void debug(std::string_view message) noexcept {
  write(Level::kDebug, message, nullptr);
}
void info(std::string_view message) noexcept {
  write(Level::kInfo, message, nullptr);
}
void warning(std::string_view message) noexcept {
  write(Level::kWarning, message, nullptr);
}

void tell(std::string_view text) noexcept {
  say(text);
}
void error(const Error& error) noexcept {
  report(error.what(), &error);
}
void error(std::string_view message) noexcept {
  report(message, nullptr);
}

}  // namespace rt::log

// SPDX-License-Identifier: Apache-2.0
//
// How a log record is spelled. Pure functions; where the bytes go is log.cc's business.
// Readers decide the shape: containerd wants level, msg and an RFC 3339 time with a zone and takes
// the last record of level "error"; Podman decodes the file as one object.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "runtime/base/log.h"

namespace rt::log {

// conmon reads a bounded buffer and managers match line by line.
inline constexpr std::size_t kLineLimit = 7000;  // bytes of message text

struct Record {
  Level level = Level::kInfo;
  std::string_view message{};
  std::chrono::system_clock::time_point time{};
  const Error* error = nullptr;  // its facts become fields of the JSON record
};

[[nodiscard]] std::string_view level_word(Level level) noexcept;  // debug info warning error

// "2026-08-19T10:11:12+02:00" in the local zone, "Z" for UTC; debug records show microseconds.
[[nodiscard]] std::string rfc3339(std::chrono::system_clock::time_point time, bool microseconds);

// Control bytes as \n, \t, \x1b; invalid UTF-8 as U+FFFD; cut at `limit` with "..." at the end.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t limit = kLineLimit);

// time="…" level=error msg="…" with the escapes of Go's %q. Ends with a newline.
[[nodiscard]] std::string to_text(const Record& record);

// {"level":"error","msg":"…","time":"…"} and, for an Error, code and those of step, syscall,
// errno, path, pointer, line, column that apply. Ends with a newline.
[[nodiscard]] std::string to_json(const Record& record);

}  // namespace rt::log

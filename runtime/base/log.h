// SPDX-License-Identifier: Apache-2.0
//
// Records for --log and warnings for people. Nothing is set up until the first record is written.
// One record is one line and one write(2) to a file opened O_APPEND, so that several rt processes
// can share a file. rt-init does not link this; its lines arrive as Log frames.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/error.h"

namespace rt::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };
enum class Format : std::uint8_t { kText, kJson };

struct Settings {
  std::string destination{};  // "", PATH, "file:PATH", "journald:ID", "syslog:ID"
  Format format = Format::kText;
  Level level = Level::kError;
};

void configure(Settings settings);              // no I/O, no throw
[[nodiscard]] bool enabled(Level level) noexcept;
void debug(std::string_view message) noexcept;
void warning(std::string_view message) noexcept;
// The one error record and the one stderr line of a failed command.
void error(const Error& error) noexcept;
void error(std::string_view message) noexcept;

}  // namespace rt::log

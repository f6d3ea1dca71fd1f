// SPDX-License-Identifier: Apache-2.0
//
// Records for --log and the one line on stderr that tells a person why a command failed.
// Nothing is opened or set up until the first record is written. One record is one line and one
// write(2) to a file opened O_APPEND, so that several rt processes can share a file.
// No call here throws or blocks: what a full FIFO or a dead socket refuses is dropped, and a
// single warning on stderr says so. rt-init does not link this; its lines arrive as Log frames.
// Record formats: log_record.h. They are what containerd, Podman and CRI-O parse.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/error.h"

namespace rt::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };
enum class Format : std::uint8_t { kText, kJson };

struct Settings {
  std::string destination{};  // "" is stderr; PATH, "file:PATH", "journald:ID", "syslog:ID"
  Format format = Format::kText;
  Level level = Level::kError;
};

// A relative PATH is taken from the working directory of this moment. No I/O otherwise.
void configure(Settings settings) noexcept;
[[nodiscard]] bool enabled(Level level) noexcept;
void debug(std::string_view message) noexcept;
void info(std::string_view message) noexcept;
void warning(std::string_view message) noexcept;

// The one error record and the one stderr line, "rt: TEXT", of a failed command. Both carry the
// same text, on one line. With --log-format json and no --log, stderr gets the record instead.
void error(const Error& error) noexcept;
void error(std::string_view message) noexcept;

// One line on stderr, "rt: TEXT", and no record.
void tell(std::string_view text) noexcept;

}  // namespace rt::log

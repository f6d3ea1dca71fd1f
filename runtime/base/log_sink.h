// SPDX-License-Identifier: Apache-2.0
//
// Where records go. A Sink is opened once, takes whole records and never waits for a reader.
// Not for choosing what is logged (log.cc) nor how it reads (log_record.h).
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "runtime/base/fd.h"
#include "runtime/base/log.h"

namespace rt::log {

class Sink {
 public:
  // "", PATH, "file:PATH", "journald:ID", "syslog:ID". Throws Error when it cannot be opened.
  explicit Sink(const std::string& destination);

  // Sends the record, `line` for files and `message` for the two daemons. Throws Error when
  // nothing or only a part was taken; a full FIFO or socket counts as that.
  void write(Level level, std::string_view line, std::string_view message) const;

  [[nodiscard]] bool is_stderr() const noexcept { return kind_ == Kind::kStderr; }

 private:
  enum class Kind : std::uint8_t { kStderr, kFile, kJournald, kSyslog };
  Kind kind_ = Kind::kStderr;
  std::string id_{};  // SYSLOG_IDENTIFIER
  Fd fd_{};
};

// RFC 3164 as /dev/log takes it: "<27>ID[PID]: MESSAGE" (facility daemon).
[[nodiscard]] std::string to_syslog(Level level, std::string_view id, pid_t pid,
                                    std::string_view message);
// systemd's native protocol: KEY=VALUE lines; `message` is one line.
[[nodiscard]] std::string to_journald(Level level, std::string_view id, std::string_view message);

}  // namespace rt::log

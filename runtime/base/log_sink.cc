// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/log_sink.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "runtime/base/log_record.h"
#include "runtime/base/sys.h"

namespace rt::log {
namespace {

constexpr std::string_view kJournalSocket = "/run/systemd/journal/socket";
constexpr std::string_view kSyslogSocket = "/dev/log";

std::optional<std::string> after_prefix(const std::string& text, std::string_view prefix) {
  if (!std::string_view(text).starts_with(prefix)) return {};
  return text.substr(prefix.size());
}

// Non-blocking: a FIFO without a reader is ENXIO and a full one EAGAIN, never a hang.
Fd open_file(const std::string& path) {
  return sys::open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0644);
}

Fd connect_to(std::string_view path) {
  Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.valid()) throw_errno("socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const void* generic = &address;
  if (::connect(socket.get(), static_cast<const sockaddr*>(generic), sizeof(address)) != 0) {
    throw_errno("connect", path);
  }
  return socket;
}

// syslog(3) severities.
int severity(Level level) noexcept {
  switch (level) {
    case Level::kDebug:
      return 7;
    case Level::kInfo:
      return 6;
    case Level::kWarning:
      return 4;
    case Level::kError:
      return 3;
  }
  return 3;
}

void write_record(int fd, std::string_view record) {
  ssize_t written = 0;
  do {
    written = ::write(fd, record.data(), record.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) throw_errno("write");
  if (static_cast<std::size_t>(written) != record.size()) throw_errno_value(ENOSPC, "write");
}

}  // namespace

Sink::Sink(const std::string& destination) {
  if (destination.empty()) return;
  if (auto id = after_prefix(destination, "journald:")) {
    kind_ = Kind::kJournald;
    id_ = std::move(*id);
    fd_ = connect_to(kJournalSocket);
  } else if (auto name = after_prefix(destination, "syslog:")) {
    kind_ = Kind::kSyslog;
    id_ = std::move(*name);
    fd_ = connect_to(kSyslogSocket);
  } else {
    kind_ = Kind::kFile;
    fd_ = open_file(after_prefix(destination, "file:").value_or(destination));
  }
}

void Sink::write(Level level, std::string_view line, std::string_view message) const {
  switch (kind_) {
    case Kind::kStderr:
      write_record(STDERR_FILENO, line);
      break;
    case Kind::kFile:
      write_record(fd_.get(), line);
      break;
    case Kind::kJournald:
      write_record(fd_.get(), to_journald(level, id_, message));
      break;
    case Kind::kSyslog:
      write_record(fd_.get(), to_syslog(level, id_, getpid(), message));
      break;
  }
}

std::string to_syslog(Level level, std::string_view id, pid_t pid, std::string_view message) {
  constexpr int kDaemon = 3 << 3;
  std::string out = "<" + std::to_string(kDaemon + severity(level)) + ">";
  out.append(id.empty() ? "rt" : id).append("[").append(std::to_string(pid)).append("]: ");
  return out.append(one_line(message));
}

std::string to_journald(Level level, std::string_view id, std::string_view message) {
  std::string out = "PRIORITY=" + std::to_string(severity(level)) + "\nSYSLOG_IDENTIFIER=";
  out.append(one_line(id.empty() ? "rt" : id)).append("\nMESSAGE=").append(one_line(message));
  return out.append("\n");
}

}  // namespace rt::log

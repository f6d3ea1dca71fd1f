// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/dbus.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/interrupt.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt::dbus {
namespace {

// "%2f" -> "/"; an escape that is none stays as it is.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte =
        text[i] == '%' ? parse_number<std::uint8_t>(text.substr(i + 1, 2), 16) : std::nullopt;
    out.push_back(byte ? static_cast<char>(*byte) : text[i]);
    if (byte) i += 2;
  }
  return out;
}

Fd connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    throw_errno_value(ENAMETOOLONG, "connect", path);
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const bool abstract = path.front() == '@';
  if (abstract) address.sun_path[0] = '\0';
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1));
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) throw_errno("socket");
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the API of connect(2)
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) < 0) {
    throw_errno("connect", path);
  }
  return socket;
}

}  // namespace

std::string socket_of(std::string_view address) {
  for (const std::string_view one : split(address, ';')) {
    if (!one.starts_with("unix:")) continue;
    for (const std::string_view pair : split(one.substr(5), ',')) {
      if (pair.starts_with("path=")) return unescaped(pair.substr(5));
      if (pair.starts_with("abstract=")) return "@" + unescaped(pair.substr(9));
    }
  }
  throw Error(Code::kUnsupported, "no unix socket in the bus address " + quoted(address));
}

std::string error_text(const Message& error) {
  std::string text = error.error;
  if (error.signature.starts_with('s')) {
    text += ": " + Reader(error.signature, error.body).string();
  }
  return text;
}

Connection Connection::open(const std::string& socket_path, Peer peer, const Deadline& deadline) {
  Connection out(connect_to(socket_path), peer);
  out.authenticate(deadline);
  if (peer == Peer::kBus) {
    out.post({"org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello"},
             {});
  }
  return out;
}

void Connection::authenticate(const Deadline& deadline) {
  using namespace std::string_view_literals;
  // In one go, as libsystemd does: each wait for the other side would cost two changes of process.
  sys::write_all(socket_.get(), "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"sv);
  std::string answer = read_line(deadline);
  if (answer.starts_with("DATA")) answer = read_line(deadline);
  if (!answer.starts_with("OK")) {
    throw Error(Code::kSystem, "the D-Bus refuses us: " + quoted(answer));
  }
}

std::string Connection::read_line(const Deadline& deadline) {
  constexpr std::size_t kLongestLine = 16384;
  std::size_t end = 0;
  while ((end = input_.find("\r\n")) == input_.npos) {
    if (input_.size() > kLongestLine) throw Error(Code::kProtocol, "the D-Bus talks too much");
    fill(input_.size() + 1, deadline);
  }
  std::string line = input_.substr(0, end);
  input_.erase(0, end + 2);
  return line;
}

void Connection::fill(std::size_t size, const Deadline& deadline) {
  while (input_.size() < size) {
    pollfd one{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    if (poll_interruptibly({&one, 1}, deadline) == 0) {
      throw Error(Code::kDeadline, "no answer from the D-Bus in time");
    }
    std::array<char, 4096> buffer;  // NOLINT: filled by read()
    const std::size_t got = sys::read(socket_.get(), buffer);
    if (got == 0) throw Error(Code::kSystem, "the D-Bus has closed the connection");
    input_.append(buffer.data(), got);
  }
}

Message Connection::receive(const Deadline& deadline) {
  fill(kFixedHeader, deadline);
  const std::size_t length = length_of(std::string_view(input_).substr(0, kFixedHeader));
  fill(length, deadline);
  Message out = decode(std::string_view(input_).substr(0, length));
  input_.erase(0, length);
  return out;
}

void Connection::post(const Call& call, const Body& body) {
  const Message message{.kind = Kind::kCall,
                        .serial = ++serial_,
                        .path = std::string(call.path),
                        .interface = std::string(call.interface),
                        .member = std::string(call.member),
                        .destination = peer_ == Peer::kBus ? std::string(call.destination) : "",
                        .signature = body.signature(),
                        .body = body.bytes()};
  sys::write_all(socket_.get(), encode(message));
}

Message Connection::ask(const Call& call, const Body& body, const Deadline& deadline) {
  const Context here(call.member);
  post(call, body);
  for (;;) {
    Message got = receive(deadline);
    if (got.kind == Kind::kSignal) {
      signals_.push_back(std::move(got));
    } else if (got.reply_to == serial_) {
      return got;
    } else if (got.kind == Kind::kError) {
      throw Error(Code::kSystem, error_text(got));
    }
  }
}

Message Connection::call(const Call& call, const Body& body, const Deadline& deadline) {
  Message got = ask(call, body, deadline);
  if (got.kind != Kind::kError) return got;
  const Context here(call.member);
  throw Error(Code::kSystem, error_text(got));
}

Message Connection::wait_signal(const std::function<bool(const Message&)>& wanted,
                                const Deadline& deadline) {
  for (;;) {
    if (signals_.empty()) {
      Message got = receive(deadline);
      if (got.kind != Kind::kSignal) continue;
      signals_.push_back(std::move(got));
    }
    Message first = std::move(signals_.front());
    signals_.pop_front();
    if (wanted(first)) return first;
  }
}

}  // namespace rt::dbus

// SPDX-License-Identifier: Apache-2.0
//
// A client's connection to a D-Bus: one call at a time, and signals in between. Move-only.
// It is opened only by what needs systemd; nobody else pays for it (decision 0010).
// Every wait has the caller's deadline and ends when rt is interrupted (interrupt.h).
// Rule: D-Bus specification, "Authentication Protocol" and "Message Protocol".
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "runtime/base/dbus_wire.h"
#include "runtime/base/deadline.h"
#include "runtime/base/fd.h"

namespace rt::dbus {

// The socket's path in "unix:path=/run/x;…", "@name" for an abstract one. The first that is of
// unix. Throws Error(kUnsupported) when there is none.
std::string socket_of(std::string_view address);

// Throws Error(kSystem) with the call's name and the text of the other side; code kDeadline when it
// takes longer.
class Connection {
 public:
  // kBus: a message bus, which wants a Hello. kDirect: the peer itself, as /run/systemd/private.
  enum class Peer : std::uint8_t { kBus, kDirect };
  // EXTERNAL with no identity given: the kernel tells the other side who we are, also where our own
  // user namespace calls us by another number.
  static Connection open(const std::string& socket_path, Peer peer, const Deadline& deadline);

  struct Call {
    std::string_view destination;  // left out for a direct peer
    std::string_view path;
    std::string_view interface;
    std::string_view member;
  };
  // Sends it. An error that comes back is thrown by the next ask().
  void post(const Call& call, const Body& body);
  // The reply, or an error as it came: then .kind is kError and .error its name.
  Message ask(const Call& call, const Body& body, const Deadline& deadline);
  // The same, but an error is thrown.
  Message call(const Call& call, const Body& body, const Deadline& deadline);
  // The next signal, earlier ones first, that `wanted` accepts. Others are dropped.
  Message wait_signal(const std::function<bool(const Message&)>& wanted, const Deadline& deadline);

  [[nodiscard]] Peer peer() const noexcept { return peer_; }

 private:
  Connection(Fd socket, Peer peer) noexcept : socket_(std::move(socket)), peer_(peer) {}
  void authenticate(const Deadline& deadline);
  std::string read_line(const Deadline& deadline);
  void fill(std::size_t size, const Deadline& deadline);  // until so much is in input_
  Message receive(const Deadline& deadline);

  Fd socket_;
  Peer peer_;
  std::uint32_t serial_ = 0;
  std::string input_{};
  std::deque<Message> signals_{};
};

// "org.freedesktop.systemd1.NoSuchUnit: Unit x.scope not loaded."
std::string error_text(const Message& error);

}  // namespace rt::dbus

// SPDX-License-Identifier: Apache-2.0
//
// The one conversation between rt and a process that it makes: frames over a SOCK_SEQPACKET pair.
// A frame is a 12-byte header, a payload and up to 200 descriptors. Payloads above 16 KiB travel in
// a sealed memfd, so that socket buffers set no limit. Three outcomes: a frame, EOF, or Error.
// What the kinds mean and when each is allowed: runtime/init/protocol.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/deadline.h"
#include "runtime/base/fd.h"

namespace rt {

struct Frame {
  std::uint32_t kind = 0;
  std::string payload{};
  std::vector<Fd> fds{};
};

class Channel {
 public:
  static constexpr std::size_t kMaxFds = 200;            // SCM_MAX_FD is 253
  static constexpr std::size_t kMaxPayload = 64U << 20;  // bytes

  Channel() noexcept = default;
  explicit Channel(Fd socket) noexcept : socket_(std::move(socket)) {}

  // Throws Error(kSystem); EPIPE when the peer is gone.
  void send(std::uint32_t kind, std::string_view payload = {}, std::span<const int> fds = {}) const;
  // Empty: the peer has closed. Throws kDeadline with `what` in its text, kProtocol when malformed.
  [[nodiscard]] std::optional<Frame> receive(const Deadline& deadline, std::string_view what) const;

  [[nodiscard]] int fd() const noexcept { return socket_.get(); }
  [[nodiscard]] bool open() const noexcept { return socket_.valid(); }
  void close() noexcept { socket_.reset(); }

 private:
  Fd socket_;
};

// The two ends: .first stays here, .second goes to the child.
std::pair<Channel, Channel> make_channel();

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// One rtnetlink conversation: a request goes out, the kernel's answer comes back. Messages are
// byte strings, so that nothing depends on alignment. Knows no link and no address: net_devices.h.
// Source: rtnetlink(7), netlink(7).
#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "runtime/base/fd.h"

namespace rt {

template <class T>
std::string_view bytes_of(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// The first bytes as a T; what the message is too short for is zero.
template <class T>
T from_bytes(std::string_view bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  T out{};
  std::memcpy(&out, bytes.data(), bytes.size() < sizeof out ? bytes.size() : sizeof out);
  return out;
}

struct NetlinkAttribute {
  std::uint16_t type = 0;    // without NLA_F_NESTED
  std::string_view value{};  // into the message
};
std::vector<NetlinkAttribute> netlink_attributes(std::string_view bytes);
std::string_view netlink_string(std::string_view value);  // up to the first NUL

// A message without its nlmsghdr: the fixed structure, then attributes.
class NetlinkBody {
 public:
  template <class Header>
  explicit NetlinkBody(const Header& header) {
    append(bytes_of(header));
  }
  void add(std::uint16_t type, std::string_view value);
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  void append(std::string_view bytes);  // padded to NLA_ALIGNTO
  std::string bytes_{};
};

class Rtnetlink {
 public:
  // A socket belongs to the network namespace in which it was made.
  static Rtnetlink here();
  static Rtnetlink in(int netns_fd);  // CAP_SYS_ADMIN over that one and over ours

  // 0 or the errno of the kernel's acknowledgement.
  [[nodiscard]] int change(std::uint16_t type, std::uint16_t flags, const NetlinkBody& body);
  // All objects of a kind, e.g. RTM_GETLINK; each as a message without its nlmsghdr.
  [[nodiscard]] std::vector<std::string> list(std::uint16_t type, const NetlinkBody& body);

 private:
  explicit Rtnetlink(Fd socket) noexcept : socket_(std::move(socket)) {}
  enum class Answer : std::uint8_t { kMore, kEnd, kInterrupted };
  void send(std::uint16_t type, std::uint16_t flags, const NetlinkBody& body);
  std::string receive();
  Answer collect(std::string_view datagram, std::vector<std::string>& out) const;

  Fd socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace rt

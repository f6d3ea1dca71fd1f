// SPDX-License-Identifier: Apache-2.0
//
// D-Bus messages as bytes: what a client of systemd sends and gets, and no more. Pure.
// Not for the socket, see dbus.h. Everything read is bounded and checked; a message that breaks the
// rules is Error(kProtocol).
// Rule: D-Bus specification, "Marshaling" and "Message Protocol"; decision 0010.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rt::dbus {

// A variant's content; each alternative has one signature.
using Strings = std::vector<std::string>;                        // as
using Numbers = std::vector<std::uint32_t>;                      // au
using Bytes = std::vector<std::uint8_t>;                         // ay
using Pairs = std::vector<std::pair<std::string, std::string>>;  // a(ss)
using Value = std::variant<bool, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, double,
                           std::string, Strings, Numbers, Bytes, Pairs>;
[[nodiscard]] std::string_view signature_of(const Value& value);

struct Property {
  std::string name{};
  Value value{};
  bool operator==(const Property&) const = default;
};
using Properties = std::vector<Property>;

// The body of a message; each call appends one argument and its signature.
class Body {
 public:
  Body& string(std::string_view text);
  Body& boolean(bool value);
  Body& properties(const Properties& list);  // a(sv)
  Body& no_units();                          // a(sa(sv)), empty: StartTransientUnit's last argument

  [[nodiscard]] const std::string& signature() const noexcept { return signature_; }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  std::string signature_{};
  std::string bytes_{};
};

enum class Kind : std::uint8_t { kCall = 1, kReply = 2, kError = 3, kSignal = 4 };

struct Message {
  Kind kind = Kind::kCall;
  std::uint32_t serial = 0;
  std::uint32_t reply_to = 0;  // of a reply or an error: the call's serial
  std::string path{};
  std::string interface {};
  std::string member{};
  std::string error{};  // the name of an error
  std::string destination{};
  std::string sender{};
  std::string signature{};
  std::string body{};
};

std::string encode(const Message& message);

inline constexpr std::size_t kFixedHeader = 16;   // bytes until the length of the whole is known
inline constexpr std::size_t kLongest = 1 << 20;  // systemd's answers to us are far smaller
// How long the message is that begins with these kFixedHeader bytes.
std::size_t length_of(std::string_view fixed_header);
Message decode(std::string_view bytes);

// Reads arguments one by one. Throws when the next one is not of that type or not all there.
class Reader {
 public:
  Reader(std::string_view signature, std::string_view bytes) noexcept
      : signature_(signature), bytes_(bytes) {}
  std::uint32_t u32();           // u
  std::string string();          // s or o
  std::string variant_string();  // v, holding s

 private:
  void demand(char type);

  std::string_view signature_;
  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace rt::dbus

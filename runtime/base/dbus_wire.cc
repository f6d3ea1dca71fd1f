// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/dbus_wire.h"

#include <bit>
#include <cstring>

#include "runtime/base/error.h"

namespace rt::dbus {
namespace {

static_assert(std::endian::native == std::endian::little, "messages are sent little-endian");

[[noreturn]] void malformed(const char* what) {
  throw Error(Code::kProtocol, std::string("malformed D-Bus message: ") + what);
}

// -- writing -------------------------------------------------------------------------------------

void pad(std::string& out, std::size_t alignment) {
  out.append((alignment - out.size() % alignment) % alignment, '\0');
}

template <class Int>
void put(std::string& out, Int value) {
  pad(out, sizeof value);
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

void put_string(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out.append(text).push_back('\0');
}

void put_signature(std::string& out, std::string_view text) {
  out.push_back(static_cast<char>(text.size()));
  out.append(text).push_back('\0');
}

// An array: its length does not count the padding before the first element.
template <class Each>
void put_array(std::string& out, std::size_t alignment, Each each) {
  put(out, std::uint32_t{0});
  const std::size_t length_at = out.size() - sizeof(std::uint32_t);
  pad(out, alignment);
  const std::size_t begin = out.size();
  each();
  const auto length = static_cast<std::uint32_t>(out.size() - begin);
  std::memcpy(out.data() + length_at, &length, sizeof length);
}

struct PutValue {
  std::string& out;

  void operator()(bool value) const { put(out, static_cast<std::uint32_t>(value)); }
  void operator()(std::int32_t value) const { put(out, value); }
  void operator()(std::uint32_t value) const { put(out, value); }
  void operator()(std::int64_t value) const { put(out, value); }
  void operator()(std::uint64_t value) const { put(out, value); }
  void operator()(double value) const { put(out, std::bit_cast<std::uint64_t>(value)); }
  void operator()(const std::string& value) const { put_string(out, value); }
  void operator()(const Strings& value) const {
    put_array(out, 4, [&] {
      for (const std::string& one : value) put_string(out, one);
    });
  }
  void operator()(const Numbers& value) const {
    put_array(out, 4, [&] {
      for (const std::uint32_t one : value) put(out, one);
    });
  }
  void operator()(const Bytes& value) const {
    put_array(out, 1, [&] { out.append(value.begin(), value.end()); });
  }
  void operator()(const Pairs& value) const {
    put_array(out, 8, [&] {
      for (const auto& [first, second] : value) {
        pad(out, 8);
        put_string(out, first);
        put_string(out, second);
      }
    });
  }
};

// The header's fields, "Header Fields" of the specification.
enum Field : std::uint8_t {
  kPath = 1,
  kInterface = 2,
  kMember = 3,
  kErrorName = 4,
  kReplySerial = 5,
  kDestination = 6,
  kSender = 7,
  kSignature = 8,
};

void put_field(std::string& out, Field field, char type, std::string_view text) {
  if (text.empty()) return;
  pad(out, 8);
  out.push_back(static_cast<char>(field));
  put_signature(out, {&type, 1});
  if (type == 'g') {
    put_signature(out, text);
  } else {
    put_string(out, text);
  }
}

}  // namespace

std::string_view signature_of(const Value& value) {
  constexpr std::string_view kSignatures[] = {"b", "i",  "u",  "x",  "t",    "d",
                                              "s", "as", "au", "ay", "a(ss)"};
  static_assert(std::size(kSignatures) == std::variant_size_v<Value>);
  return kSignatures[value.index()];
}

Body& Body::string(std::string_view text) {
  signature_ += "s";
  put_string(bytes_, text);
  return *this;
}

Body& Body::boolean(bool value) {
  signature_ += "b";
  put(bytes_, static_cast<std::uint32_t>(value));
  return *this;
}

Body& Body::properties(const Properties& list) {
  signature_ += "a(sv)";
  put_array(bytes_, 8, [&] {
    for (const Property& one : list) {
      pad(bytes_, 8);
      put_string(bytes_, one.name);
      put_signature(bytes_, signature_of(one.value));
      std::visit(PutValue{bytes_}, one.value);
    }
  });
  return *this;
}

Body& Body::no_units() {
  signature_ += "a(sa(sv))";
  put_array(bytes_, 8, [] {});
  return *this;
}

std::string encode(const Message& message) {
  constexpr char kProtocolVersion = 1;
  std::string out = {'l', static_cast<char>(message.kind), '\0', kProtocolVersion};
  put(out, static_cast<std::uint32_t>(message.body.size()));
  put(out, message.serial);
  put_array(out, 8, [&] {
    put_field(out, kPath, 'o', message.path);
    put_field(out, kInterface, 's', message.interface);
    put_field(out, kMember, 's', message.member);
    put_field(out, kDestination, 's', message.destination);
    put_field(out, kSignature, 'g', message.signature);
  });
  pad(out, 8);
  return out + message.body;
}

// -- reading -------------------------------------------------------------------------------------

namespace {

class Cursor {
 public:
  Cursor(std::string_view bytes, std::size_t at) noexcept : bytes_(bytes), at_(at) {}

  void align(std::size_t alignment) { (void)take((alignment - at_ % alignment) % alignment); }
  std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)[0]); }
  std::uint32_t u32() {
    align(4);
    std::uint32_t value = 0;
    std::memcpy(&value, take(4).data(), 4);
    return value;
  }
  std::string_view text(std::size_t length) {
    const std::string_view out = take(length);
    if (u8() != 0 || out.find('\0') != out.npos) malformed("a string does not end where it should");
    return out;
  }
  [[nodiscard]] std::size_t at() const noexcept { return at_; }

 private:
  std::string_view take(std::size_t length) {
    if (length > bytes_.size() - at_) malformed("it ends too early");
    const std::string_view out = bytes_.substr(at_, length);
    at_ += length;
    return out;
  }

  std::string_view bytes_;
  std::size_t at_;
};

std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  return Cursor(bytes, at).u32();
}

std::size_t padded(std::size_t size) {
  return (size + 7) / 8 * 8;
}

void read_field(Cursor& in, Message& out) {
  const std::uint8_t field = in.u8();
  const std::string_view type = in.text(in.u8());
  if (type == "u") {
    const std::uint32_t number = in.u32();
    if (field == kReplySerial) out.reply_to = number;
    return;
  }
  if (type != "s" && type != "o" && type != "g") malformed("a header field of an unknown type");
  const std::size_t length = type == "g" ? in.u8() : in.u32();
  const std::string text(in.text(length));
  switch (field) {
    case kPath:
      out.path = text;
      break;
    case kInterface:
      out.interface = text;
      break;
    case kMember:
      out.member = text;
      break;
    case kErrorName:
      out.error = text;
      break;
    case kDestination:
      out.destination = text;
      break;
    case kSender:
      out.sender = text;
      break;
    case kSignature:
      out.signature = text;
      break;
    default:
      break;  // later versions may have more
  }
}

}  // namespace

std::size_t length_of(std::string_view fixed_header) {
  if (fixed_header.size() < kFixedHeader) malformed("it ends too early");
  if (fixed_header[0] != 'l') malformed("it is not little-endian");
  if (fixed_header[3] != 1) malformed("an unknown version");
  const std::size_t body = u32_at(fixed_header, 4);
  const std::size_t fields = u32_at(fixed_header, 12);
  if (body > kLongest || fields > kLongest) malformed("it is too long");
  return padded(kFixedHeader + fields) + body;
}

Message decode(std::string_view bytes) {
  const std::size_t length = length_of(bytes);
  if (bytes.size() != length) malformed("its length is wrong");
  Message out{.kind = static_cast<Kind>(bytes[1]), .serial = u32_at(bytes, 8)};
  const std::size_t end = kFixedHeader + u32_at(bytes, 12);
  Cursor in(bytes.substr(0, end), kFixedHeader);
  while (in.at() < end) {
    in.align(8);
    read_field(in, out);
  }
  out.body = bytes.substr(padded(end));
  return out;
}

void Reader::demand(char type) {
  const bool fits =
      !signature_.empty() && (signature_[0] == type || (type == 's' && signature_[0] == 'o'));
  if (!fits) malformed("an argument of another type was expected");
  signature_.remove_prefix(1);
}

std::uint32_t Reader::u32() {
  demand('u');
  Cursor in(bytes_, at_);
  const std::uint32_t value = in.u32();
  at_ = in.at();
  return value;
}

std::string Reader::string() {
  demand('s');
  Cursor in(bytes_, at_);
  const std::size_t length = in.u32();
  std::string value(in.text(length));
  at_ = in.at();
  return value;
}

std::string Reader::variant_string() {
  demand('v');
  Cursor in(bytes_, at_);
  const std::string_view type = in.text(in.u8());
  if (type != "s" && type != "o") malformed("an argument of another type was expected");
  const std::size_t length = in.u32();
  std::string value(in.text(length));
  at_ = in.at();
  return value;
}

}  // namespace rt::dbus

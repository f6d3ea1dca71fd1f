// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/dbus_wire.h"

#include <gtest/gtest.h>

#include "runtime/base/dbus.h"
#include "runtime/base/error.h"

namespace rt::dbus {
namespace {

using namespace std::string_literals;

// As busctl sends it: each line is a field, padded to eight bytes.
TEST(DbusWire, AHelloIsTheBytesOfTheSpecification) {
  const Message hello{.kind = Kind::kCall,
                      .serial = 1,
                      .path = "/a",
                      .interface = "b.c",
                      .member = "D",
                      .destination = "e.f"};
  EXPECT_EQ(encode(hello),
            "l\1\0\1\0\0\0\0\1\0\0\0\x3c\0\0\0"
            "\1\1o\0\2\0\0\0/a\0\0\0\0\0\0"
            "\2\1s\0\3\0\0\0b.c\0\0\0\0\0"
            "\3\1s\0\1\0\0\0D\0\0\0\0\0\0\0"
            "\6\1s\0\3\0\0\0e.f\0\0\0\0\0"s);
}

TEST(DbusWire, BodiesAreAlignedByType) {
  const struct {
    const char* name;
    Value value;
    std::string bytes;  // after the struct's name "N" and the signature
  } rows[] = {
      {"b", true, "\1\0\0\0"s},
      {"t", std::uint64_t{258}, "\2\1\0\0\0\0\0\0"s},
      {"s", "xy"s, "\2\0\0\0xy\0"s},
      {"as", Strings{"a", "b"}, "\x0e\0\0\0\1\0\0\0a\0\0\0\1\0\0\0b\0"s},
      {"au", Numbers{7}, "\4\0\0\0\7\0\0\0"s},
      {"ay", Bytes{0xff, 1}, "\2\0\0\0\xff\1"s},
      {"as", Strings{}, "\0\0\0\0"s},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(signature_of(row.value), row.name);
    const Body body = Body().properties({{"N", row.value}});
    EXPECT_EQ(body.signature(), "a(sv)");
    ASSERT_GE(body.bytes().size(), row.bytes.size());
    EXPECT_EQ(body.bytes().substr(body.bytes().size() - row.bytes.size()), row.bytes);
  }
}

std::string reply_with(const std::string& signature, const std::string& body) {
  return encode(
      {.kind = Kind::kReply, .serial = 9, .path = "/x", .signature = signature, .body = body});
}

TEST(DbusWire, WhatWasEncodedIsDecoded) {
  const Body body = Body().string("first").string("");
  const std::string bytes = reply_with(body.signature(), body.bytes());
  EXPECT_EQ(length_of(std::string_view(bytes).substr(0, kFixedHeader)), bytes.size());
  const Message got = decode(bytes);
  EXPECT_EQ(got.kind, Kind::kReply);
  EXPECT_EQ(got.serial, 9U);
  EXPECT_EQ(got.signature, "ss");
  Reader in(got.signature, got.body);
  EXPECT_EQ(in.string(), "first");
  EXPECT_EQ(in.string(), "");
  EXPECT_THROW((void)in.string(), Error);
}

TEST(DbusWire, ReadsVariantsAndNumbers) {
  const std::string bytes = "\5\0\0\0\2\0\0\0/j\0"s;
  Reader numbers("uo", bytes);
  EXPECT_EQ(numbers.u32(), 5U);
  EXPECT_EQ(numbers.string(), "/j");
  EXPECT_EQ(Reader("v", "\1s\0\0\3\0\0\0abc\0"s).variant_string(), "abc");
  EXPECT_THROW((void)Reader("v", "\1u\0\0\3\0\0\0"s).variant_string(), Error);
}

// A hostile peer: every cut, and every byte set to every bit pattern, is an answer or an error.
TEST(DbusWire, NoBytesCanDoHarm) {
  const Body body = Body().string("org.freedesktop.systemd1").boolean(true);
  const std::string whole = reply_with(body.signature(), body.bytes());
  const auto read_all = [](const std::string& bytes) {
    try {
      const Message got = decode(bytes);
      (void)Reader(got.signature, got.body).string();
      return true;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), Code::kProtocol);
      return false;
    }
  };
  EXPECT_TRUE(read_all(whole));
  for (std::size_t cut = 0; cut < whole.size(); ++cut) EXPECT_FALSE(read_all(whole.substr(0, cut)));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int value : {0, 1, 0x7f, 0x80, 0xff}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(value);
      (void)read_all(bytes);
    }
  }
}

TEST(DbusWire, ALengthBeyondTheLimitIsRefusedBeforeAnythingIsRead) {
  EXPECT_THROW((void)length_of("l\2\0\1\xff\xff\xff\x7f\1\0\0\0\0\0\0\0"s), Error);
  EXPECT_THROW((void)length_of("B\2\0\1\0\0\0\0\1\0\0\0\0\0\0\0"s), Error);
  EXPECT_THROW((void)length_of("l\2\0\2\0\0\0\0\1\0\0\0\0\0\0\0"s), Error);
}

TEST(DbusAddress, IsTheFirstUnixSocket) {
  const struct {
    const char* address;
    const char* path;
  } rows[] = {{"unix:path=/run/user/1000/bus", "/run/user/1000/bus"},
              {"tcp:host=x;unix:path=/a,guid=12", "/a"},
              {"unix:abstract=/tmp/x", "@/tmp/x"},
              {"unix:path=/a%20b%2fc", "/a b/c"}};
  for (const auto& row : rows) EXPECT_EQ(socket_of(row.address), row.path);
  EXPECT_THROW((void)socket_of("tcp:host=x"), Error);
  EXPECT_THROW((void)socket_of(""), Error);
}

}  // namespace
}  // namespace rt::dbus

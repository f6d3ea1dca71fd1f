// SPDX-License-Identifier: Apache-2.0
// JSON text, piece by piece, for the probe: no parser, no DOM. Numbers above 2^53 go out as
// strings, so that jq does not round them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace probe {

std::string quote(std::string_view text);
std::string number(std::int64_t value);
std::string word(bool value);

class Object {
 public:
  Object& add(std::string_view key, std::string json);
  Object& text(std::string_view key, std::string_view value) { return add(key, quote(value)); }
  Object& num(std::string_view key, std::int64_t value) { return add(key, number(value)); }
  Object& flag(std::string_view key, bool value) { return add(key, word(value)); }
  std::string str() const { return "{" + body_ + "}"; }

 private:
  std::string body_;
};

class Array {
 public:
  Array& add(std::string json);
  Array& text(std::string_view value) { return add(quote(value)); }
  Array& num(std::int64_t value) { return add(number(value)); }
  std::string str() const { return "[" + body_ + "]"; }

 private:
  std::string body_;
};

}  // namespace probe

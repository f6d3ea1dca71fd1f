// SPDX-License-Identifier: Apache-2.0
#include "json.h"

#include <cstdio>

namespace probe {

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string number(std::int64_t value) {
  return std::to_string(value);
}

std::string word(bool value) {
  return value ? "true" : "false";
}

Object& Object::add(std::string_view key, std::string json) {
  if (!body_.empty()) {
    body_ += ",";
  }
  body_ += quote(key) + ":" + std::move(json);
  return *this;
}

Array& Array::add(std::string json) {
  if (!body_.empty()) {
    body_ += ",";
  }
  body_ += std::move(json);
  return *this;
}

}  // namespace probe

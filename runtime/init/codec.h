// SPDX-License-Identifier: Apache-2.0
//
// Values to bytes and back: integers in host order, 32-bit lengths, every length checked against
// what is left. One `fields()` function a struct serves both directions (security rule R15).
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/base/error.h"

namespace rt {

template <class T>
concept Scalar = std::is_integral_v<T> || std::is_enum_v<T>;

class Encoder {
 public:
  template <class... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  template <Scalar T>
  void put(const T& value) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof value);
    std::memcpy(bytes_.data() + at, &value, sizeof value);
  }
  void put(const std::string& value) {
    put_size(value.size());
    bytes_.append(value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put_size(values.size());
    for (const T& value : values) put(value);
  }
  template <class A, class B>
  void put(const std::pair<A, B>& value) {
    put(value.first);
    put(value.second);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(static_cast<std::uint8_t>(value.has_value()));
    if (value) put(*value);
  }
  template <class T>
  requires(!Scalar<T>) void put(const T& value) { fields(*this, value); }
  void put_size(std::size_t size) {
    if (size > 0xffffffffU) throw Error(Code::kInternal, "plan field above 4 GiB");
    put(static_cast<std::uint32_t>(size));
  }
  std::string bytes_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}
  template <class... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }
  // Throws unless everything was consumed.
  void finish() const {
    if (!bytes_.empty()) throw_malformed();
  }

 private:
  [[noreturn]] static void throw_malformed() { throw Error(Code::kProtocol, "malformed plan"); }
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) throw_malformed();
    const std::string_view out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return out;
  }
  template <Scalar T>
  void get(T& value) {
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
  }
  std::uint32_t size() {
    std::uint32_t out = 0;
    get(out);
    return out;
  }
  void get(std::string& value) { value = take(size()); }
  template <class T>
  void get(std::vector<T>& values) {
    const std::uint32_t count = size();
    if (count > bytes_.size()) throw_malformed();  // every element takes at least one byte
    values.resize(count);
    for (T& value : values) get(value);
  }
  template <class A, class B>
  void get(std::pair<A, B>& value) {
    get(value.first);
    get(value.second);
  }
  template <class T>
  void get(std::optional<T>& value) {
    std::uint8_t present = 0;
    get(present);
    if (present > 1) throw_malformed();
    if (present == 1) get(value.emplace());
  }
  template <class T>
  requires(!Scalar<T>) void get(T& value) { fields(*this, value); }
  std::string_view bytes_;
};

}  // namespace rt

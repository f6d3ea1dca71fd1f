// SPDX-License-Identifier: Apache-2.0
//
// The binding between structs and JSON. A struct takes part by one table, a row a field:
//
//   template <> struct rt::spec::Fields<Rlimit> {
//     static constexpr auto list = std::tuple(required("type", &Rlimit::type),
//                                             required("soft", &Rlimit::soft), ...);
//   };
//
// The same rows decode, encode, and are walked by the mistype test. What a member's type does not
// say (a negative number that means "unlimited") is said by a codec: optional<AnyNegative>(...).
// Unknown members are counted, never refused; null for a member that may be absent is absent.
// Not for rules between fields: see validate.h. RapidJSON does not show here.
#pragma once

#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/base/text.h"
#include "spec/json.h"
#include "spec/names.h"

namespace rt::spec {

// Members that no table names, for a debug log.
struct Unknown {
  static constexpr std::size_t kKept = 16;
  std::size_t count = 0;
  std::vector<std::string> pointers{};  // of the first kKept
};

struct Source {
  const json::Document& document;
  Unknown* unknown = nullptr;
};

enum class Presence : std::uint8_t {
  kRequired,  // absent is an error; always written
  kAlways,    // absent keeps the default; always written
  kOptional,  // absent keeps the default; written unless equal to it
};

template <class T>
struct Codec;

template <class T, class M, class As>
struct Field {
  using Struct = T;
  using Member = M;
  using Coded = As;
  std::string_view name;
  M T::*member;
  Presence presence;
};

// `As` chooses another codec than the member type's own.
template <class As = void, class T, class M>
constexpr auto required(std::string_view name, M T::*member) {
  return Field<T, M, std::conditional_t<std::is_void_v<As>, M, As>>{name, member,
                                                                    Presence::kRequired};
}
template <class As = void, class T, class M>
constexpr auto always(std::string_view name, M T::*member) {
  return Field<T, M, std::conditional_t<std::is_void_v<As>, M, As>>{name, member,
                                                                    Presence::kAlways};
}
template <class As = void, class T, class M>
constexpr auto optional(std::string_view name, M T::*member) {
  return Field<T, M, std::conditional_t<std::is_void_v<As>, M, As>>{name, member,
                                                                    Presence::kOptional};
}

template <class T>
struct Fields;

template <class T>
concept HasFields = requires {
  Fields<T>::list;
};

// -- structs -------------------------------------------------------------------------------------
template <HasFields T>
struct Codec<T> {
  static void decode(const Source& source, const json::Node& node, T& out) {
    if (node.kind != json::Kind::kObject) source.document.refuse(node, "an object");
    std::apply([&](const auto&... field) { decode_all(source, node, out, field...); },
               Fields<T>::list);
  }
  static void encode(json::Writer& writer, const T& value) {
    static const T absent{};
    writer.begin_object();
    std::apply([&](const auto&... field) { (encode_field(writer, value, absent, field), ...); },
               Fields<T>::list);
    writer.end_object();
  }

 private:
  // Types first, in document order, then what is missing: a wrong value is the nearer cause.
  template <class... F>
  static void decode_all(const Source& source, const json::Node& node, T& out, const F&... field) {
    bool seen[sizeof...(F) + 1] = {};
    for (const json::Node& child : source.document.children(node)) {
      std::size_t row = 0;
      const bool known =
          ((field.name == child.key ? (seen[row] = decode_field(source, child, out, field), true)
                                    : (++row, false)) ||
           ...);
      if (!known && source.unknown != nullptr) note_unknown(source, child);
    }
    std::size_t row = 0;
    (..., (field.presence == Presence::kRequired && !seen[row]
               ? source.document.refuse_missing(node, field.name)
               : void(++row)));
  }
  template <class M, class As>
  static bool decode_field(const Source& source, const json::Node& node, T& out,
                           const Field<T, M, As>& field) {
    if (node.kind == json::Kind::kNull && field.presence != Presence::kRequired) return true;
    Codec<As>::decode(source, node, out.*field.member);
    return true;
  }
  template <class M, class As>
  static void encode_field(json::Writer& writer, const T& value, const T& absent,
                           const Field<T, M, As>& field) {
    if (field.presence == Presence::kOptional && value.*field.member == absent.*field.member)
      return;
    writer.key(field.name);
    Codec<As>::encode(writer, value.*field.member);
  }
  static void note_unknown(const Source& source, const json::Node& node) {
    if (++source.unknown->count <= Unknown::kKept)
      source.unknown->pointers.push_back(source.document.pointer(node));
  }
};

// -- scalars -------------------------------------------------------------------------------------
template <>
struct Codec<bool> {
  static void decode(const Source& source, const json::Node& node, bool& out) {
    if (node.kind != json::Kind::kBool) source.document.refuse(node, "true or false");
    out = node.boolean;
  }
  static void encode(json::Writer& writer, bool value) { writer.value(value); }
};

template <>
struct Codec<std::string> {
  static void decode(const Source& source, const json::Node& node, std::string& out) {
    if (node.kind != json::Kind::kString) source.document.refuse(node, "a string");
    out = node.text;
  }
  static void encode(json::Writer& writer, std::string_view value) { writer.value(value); }
};

// Integer literals only: no fraction, no exponent, no "-0" (config.md: exact integers).
template <class Int>
[[nodiscard]] std::optional<Int> integer(const json::Node& node) noexcept {
  if (node.kind != json::Kind::kNumber || node.text == "-0") return {};
  return parse_number<Int>(node.text);
}

template <std::integral Int>
struct Codec<Int> {
  static void decode(const Source& source, const json::Node& node, Int& out) {
    const auto number = integer<Int>(node);
    if (!number) source.document.refuse(node, expected());
    out = *number;
  }
  static void encode(json::Writer& writer, Int value) {
    if constexpr (std::is_signed_v<Int>) {
      writer.value(std::int64_t{value});
    } else {
      writer.value(std::uint64_t{value});
    }
  }

 private:
  static std::string expected() {
    const std::string sign = std::is_signed_v<Int> ? "a signed " : "an unsigned ";
    return sign + std::to_string(sizeof(Int) * 8) + "-bit integer";
  }
};

template <HasWords T>
struct Codec<T> {
  static void decode(const Source& source, const json::Node& node, T& out) {
    const auto value =
        node.kind == json::Kind::kString ? value_of<T>(node.text) : std::optional<T>();
    if (!value) source.document.refuse(node, expected());
    out = *value;
  }
  static void encode(json::Writer& writer, const T& value) { writer.value(word_of(value)); }

 private:
  static std::string expected() {
    std::string out = "one of";
    for (const Word<T>& row : Words<T>::list()) out += " " + quoted(row.word);
    return out;
  }
};

// -1 is unlimited; below that is an error (for memory: runtime-spec 1.3, "Memory").
template <>
struct Codec<Limit> {
  static void decode(const Source& source, const json::Node& node, Limit& out) {
    decode_from(source, node, -1, "-1 or a number up to 2^63-1", out);
  }
  static void encode(json::Writer& writer, const Limit& value) {
    if (const auto* const number = std::get_if<std::uint64_t>(&value)) {
      writer.value(*number);
    } else {
      writer.value(std::int64_t{-1});
    }
  }

 protected:
  static void decode_from(const Source& source, const json::Node& node, std::int64_t least,
                          std::string_view expected, Limit& out) {
    const auto number = integer<std::int64_t>(node);
    if (!number || *number < least) source.document.refuse(node, expected);
    out = *number < 0 ? Limit(Unlimited{}) : Limit(static_cast<std::uint64_t>(*number));
  }
};

// For members of type Limit where every negative number means unlimited.
struct AnyNegative {};
template <>
struct Codec<AnyNegative> : Codec<Limit> {
  static void decode(const Source& source, const json::Node& node, std::optional<Limit>& out) {
    decode_from(source, node, std::numeric_limits<std::int64_t>::min(), "a signed 64-bit integer",
                out.emplace());
  }
  static void encode(json::Writer& writer, const std::optional<Limit>& value) {
    Codec<Limit>::encode(writer, value.value_or(Unlimited{}));
  }
};

// -- containers ----------------------------------------------------------------------------------
template <class T>
struct Codec<std::optional<T>> {
  static void decode(const Source& source, const json::Node& node, std::optional<T>& out) {
    Codec<T>::decode(source, node, out.emplace());
  }
  static void encode(json::Writer& writer, const std::optional<T>& value) {
    if (value) {
      Codec<T>::encode(writer, *value);
    } else {
      writer.null();
    }
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static void decode(const Source& source, const json::Node& node, std::vector<T>& out) {
    if (node.kind != json::Kind::kArray) source.document.refuse(node, "an array");
    out.clear();
    for (const json::Node& element : source.document.children(node))
      Codec<T>::decode(source, element, out.emplace_back());
  }
  static void encode(json::Writer& writer, const std::vector<T>& value) {
    writer.begin_array();
    for (const T& element : value) Codec<T>::encode(writer, element);
    writer.end_array();
  }
};

template <class T>
struct Codec<std::map<std::string, T>> {
  static void decode(const Source& source, const json::Node& node, std::map<std::string, T>& out) {
    if (node.kind != json::Kind::kObject) source.document.refuse(node, "an object");
    out.clear();
    for (const json::Node& member : source.document.children(node))
      Codec<T>::decode(source, member, out[std::string(member.key)]);
  }
  static void encode(json::Writer& writer, const std::map<std::string, T>& value) {
    writer.begin_object();
    for (const auto& [name, element] : value) {
      writer.key(name);
      Codec<T>::encode(writer, element);
    }
    writer.end_object();
  }
};

// -- whole documents -----------------------------------------------------------------------------
// Throws Error(kBadConfig) with file, line, column, JSON Pointer, what was expected and found.
template <class T>
[[nodiscard]] T decode(std::string_view text, std::string_view file_name,
                       Unknown* unknown = nullptr) {
  const auto document = json::Document::parse(text, file_name);
  T out{};
  Codec<T>::decode(Source{document, unknown}, document.root(), out);
  return out;
}

template <class T>
[[nodiscard]] std::string encode(const T& value, json::Style style = json::kCompact) {
  json::Writer writer(style);
  Codec<T>::encode(writer, value);
  return writer.take();
}

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
//
// JSON text <-> a flat tree that remembers where each value stood. RapidJSON tokenizes and writes;
// nothing of it shows here. The tree only points into the text: the text must outlive it.
// Strict by decision: UTF-8 without BOM, no comments, no NaN, no trailing bytes, no repeated member
// names (runtime-spec config.md: names are unique), no NUL in a string, at most 128 levels.
// Numbers stay as written, so that 64-bit integers never pass through a double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rt::json {

inline constexpr std::size_t kMaxText = std::size_t{16} << 20;  // bytes
inline constexpr std::size_t kMaxNesting = 128;

enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

struct Node {
  std::string_view key{};    // member name; empty for elements and the root
  std::string_view text{};   // kString: decoded; kNumber: the literal
  std::uint32_t offset = 0;  // of the value's first byte
  std::uint32_t next = 0;    // index behind the last node of this value
  Kind kind = Kind::kNull;
  bool boolean = false;
};

class Document {
 public:
  // Throws Error(kBadConfig) "file:line:column: pointer: what is wrong".
  static Document parse(std::string_view text, std::string_view file_name);

  [[nodiscard]] const Node& root() const noexcept { return nodes_.front(); }

  // Direct children in document order: for (const Node& n : doc.children(of)).
  class Children;
  [[nodiscard]] Children children(const Node& parent) const noexcept;

  // JSON Pointer (RFC 6901) of a node of this document; "" for the root. Costs a walk: errors only.
  [[nodiscard]] std::string pointer(const Node& node) const;

  // Throws Error(kBadConfig): "file:12:9: /process/user/uid: expected <expected>, found "x"".
  [[noreturn]] void refuse(const Node& node, std::string_view expected) const;
  // Throws Error(kBadConfig): "file:12:9: /process: missing "cwd"".
  [[noreturn]] void refuse_missing(const Node& object, std::string_view name) const;
  // The same for a pointer: the position is that of the innermost value on its way that is there.
  [[noreturn]] void refuse_at(const std::string& pointer, const std::string& message) const;

 private:
  friend class Builder;
  Document(std::string_view text, std::string_view file_name) : text_(text), file_(file_name) {}
  [[noreturn]] void fail(std::size_t offset, const std::string& pointer,
                         const std::string& message) const;

  std::string_view text_;
  std::string file_;
  std::vector<Node> nodes_{};            // pre-order
  std::deque<std::string> unescaped_{};  // strings that differ from their bytes in the text
};

class Document::Children {
 public:
  class Iterator {
   public:
    Iterator(const Node* all, std::size_t at) noexcept : all_(all), at_(at) {}
    const Node& operator*() const noexcept { return all_[at_]; }
    Iterator& operator++() noexcept {
      at_ = all_[at_].next;
      return *this;
    }
    bool operator==(const Iterator& other) const noexcept { return at_ == other.at_; }

   private:
    const Node* all_;
    std::size_t at_;
  };
  Children(const Node* all, std::size_t first, std::size_t last) noexcept
      : all_(all), first_(first), last_(last) {}
  [[nodiscard]] Iterator begin() const noexcept { return {all_, first_}; }
  [[nodiscard]] Iterator end() const noexcept { return {all_, last_}; }

 private:
  const Node* all_;
  std::size_t first_;
  std::size_t last_;
};

// One step of a JSON Pointer: "/" and the name with ~ and / escaped.
[[nodiscard]] std::string pointer_step(std::string_view name);

// How text comes out. count 0: one line, no blanks.
struct Style {
  char indent = ' ';
  unsigned count = 0;
};
inline constexpr Style kCompact{};
inline constexpr Style kTabs{'\t', 1};
inline constexpr Style kTwoSpaces{' ', 2};
inline constexpr Style kFourSpaces{' ', 4};

// Writes one value. Call in document order; strings that are not UTF-8 throw Error(kBadConfig),
// because the reader would refuse them.
class Writer {
 public:
  explicit Writer(Style style);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  Writer(Writer&&) = delete;
  Writer& operator=(Writer&&) = delete;

  void begin_object();
  void end_object();
  void begin_array();
  void end_array();
  void key(std::string_view name);
  void null();
  void value(bool boolean);
  void value(std::int64_t number);
  void value(std::uint64_t number);
  void value(std::string_view text);
  void number(std::string_view literal);  // as JSON spells it: "0.5"
  [[nodiscard]] std::string take();       // ends the writer's life

 private:
  struct Sink;
  std::unique_ptr<Sink> sink_;
};

}  // namespace rt::json

// SPDX-License-Identifier: Apache-2.0
#include "spec/json.h"

#include <rapidjson/reader.h>

#include <algorithm>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace rt::json {
namespace {

// A stream over a bounded buffer. RapidJSON copies only the streams that it knows, so Tell() is
// exact inside every callback.
struct TextStream {
  using Ch = char;
  const char* begin;
  const char* at;
  const char* end;

  // NUL is RapidJSON's end mark; parse() has refused texts that contain one.
  [[nodiscard]] Ch Peek() const noexcept { return at == end ? '\0' : *at; }
  Ch Take() noexcept { return at == end ? '\0' : *at++; }
  [[nodiscard]] std::size_t Tell() const noexcept { return static_cast<std::size_t>(at - begin); }
  // Only a parser in place writes.
  Ch* PutBegin() noexcept { return nullptr; }
  void Put(Ch) noexcept {}
  void Flush() noexcept {}
  std::size_t PutEnd(Ch*) noexcept { return 0; }
};

struct Reason {
  rapidjson::ParseErrorCode code;
  const char* text;
};
constexpr Reason kReasons[] = {
    {rapidjson::kParseErrorDocumentEmpty, "the document is empty"},
    {rapidjson::kParseErrorDocumentRootNotSingular, "something follows the document"},
    {rapidjson::kParseErrorValueInvalid, "not a JSON value"},
    {rapidjson::kParseErrorObjectMissName, "a member name is missing"},
    {rapidjson::kParseErrorObjectMissColon, "a colon is missing after a member name"},
    {rapidjson::kParseErrorObjectMissCommaOrCurlyBracket, "a comma or '}' is missing"},
    {rapidjson::kParseErrorArrayMissCommaOrSquareBracket, "a comma or ']' is missing"},
    {rapidjson::kParseErrorStringUnicodeEscapeInvalidHex, "\\u without four hex digits"},
    {rapidjson::kParseErrorStringUnicodeSurrogateInvalid, "half a surrogate pair"},
    {rapidjson::kParseErrorStringEscapeInvalid, "an escape or control byte that JSON has not"},
    {rapidjson::kParseErrorStringMissQuotationMark, "a closing quotation mark is missing"},
    {rapidjson::kParseErrorStringInvalidEncoding, "not UTF-8"},
    {rapidjson::kParseErrorNumberTooBig, "a number beyond every range"},
    {rapidjson::kParseErrorNumberMissFraction, "digits are missing after the point"},
    {rapidjson::kParseErrorNumberMissExponent, "digits are missing in the exponent"},
};

std::string reason_text(rapidjson::ParseErrorCode code) {
  const auto* const row = std::find_if(std::begin(kReasons), std::end(kReasons),
                                       [code](const Reason& r) { return r.code == code; });
  return row == std::end(kReasons) ? "not JSON" : row->text;
}

// RapidJSON 1.1 lets a lone \uDC00..\uDFFF through as three bytes ED B0..BF xx, which is not UTF-8.
bool holds_surrogate(std::string_view text) noexcept {
  for (std::size_t i = text.find('\xED'); i != std::string_view::npos; i = text.find('\xED', i + 1))
    if (i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xA0) return true;
  return false;
}

// Tokens are separated by these alone.
bool is_separator(char c) noexcept {
  return c == ' ' || c == '\n' || c == ',' || c == ':' || c == '\t' || c == '\r';
}

}  // namespace

// Receives RapidJSON's events and lays the nodes down in pre-order.
class Builder {
 public:
  Builder(Document& doc, const TextStream& stream) : doc_(doc), stream_(stream) {}

  bool Null() { return literal(Kind::kNull, 4, false); }
  bool Bool(bool value) { return literal(Kind::kBool, value ? 4 : 5, value); }
  // The literal is taken from the text, not from RapidJSON's conversion.
  bool Int(int) { return number(); }
  bool Uint(unsigned) { return number(); }
  bool Int64(std::int64_t) { return number(); }
  bool Uint64(std::uint64_t) { return number(); }
  bool Double(double) { return number(); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return number(); }

  bool String(const char* text, rapidjson::SizeType length, bool) {
    Node& node = add(Kind::kString);
    node.text = decoded({text, length}, node.offset, doc_.nodes_.size() - 1);
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    key_offset_ = token_start();
    key_ = decoded({text, length}, key_offset_, open_.back());
    return true;
  }
  bool StartObject() { return begin(Kind::kObject); }
  bool StartArray() { return begin(Kind::kArray); }
  bool EndObject(rapidjson::SizeType) {
    refuse_repeated_names(open_.back());
    return end();
  }
  bool EndArray(rapidjson::SizeType) { return end(); }

  // Pointer of the innermost value that is still open: where a syntax error stands.
  [[nodiscard]] std::string here() {
    close_all();
    return open_.empty() ? std::string() : doc_.pointer(doc_.nodes_[open_.back()]);
  }

 private:
  [[nodiscard]] std::size_t token_start() const {
    std::size_t at = last_end_;
    while (at < doc_.text_.size() && is_separator(doc_.text_[at])) ++at;
    return at;
  }

  Node& add(Kind kind) {
    const std::size_t start = token_start();
    last_end_ = stream_.Tell();
    const auto index = static_cast<std::uint32_t>(doc_.nodes_.size());
    return doc_.nodes_.emplace_back(Node{.key = std::exchange(key_, {}),
                                         .offset = static_cast<std::uint32_t>(start),
                                         .next = index + 1,
                                         .kind = kind});
  }
  bool literal(Kind kind, std::size_t length, bool value) {
    Node& node = add(kind);
    node.boolean = value;
    last_end_ = node.offset + length;
    return true;
  }
  bool number() {
    Node& node = add(Kind::kNumber);
    node.text = doc_.text_.substr(node.offset, stream_.Tell() - node.offset);
    return true;
  }
  bool begin(Kind kind) {
    const std::size_t start = token_start();
    if (open_.size() == kMaxNesting) {
      close_all();
      doc_.fail(start, doc_.pointer(doc_.nodes_[open_.back()]),
                "more than " + std::to_string(kMaxNesting) + " levels of nesting");
    }
    (void)add(kind);
    last_end_ = start + 1;
    open_.push_back(doc_.nodes_.size() - 1);
    return true;
  }
  bool end() {
    last_end_ = token_start() + 1;
    doc_.nodes_[open_.back()].next = static_cast<std::uint32_t>(doc_.nodes_.size());
    open_.pop_back();
    return true;
  }
  // Makes the unfinished tree walkable for an error's pointer.
  void close_all() {
    for (const std::size_t index : open_)
      doc_.nodes_[index].next = static_cast<std::uint32_t>(doc_.nodes_.size());
  }

  // A view into the text where nothing was escaped (an escape is longer than what it stands for).
  std::string_view decoded(std::string_view text, std::size_t start, std::size_t owner) {
    last_end_ = stream_.Tell();
    if (text.find('\0') != std::string_view::npos) refuse_string(start, owner, "NUL in a string");
    if (holds_surrogate(text)) refuse_string(start, owner, "half a surrogate pair");
    if (last_end_ - start == text.size() + 2) return doc_.text_.substr(start + 1, text.size());
    return doc_.unescaped_.emplace_back(text);
  }
  [[noreturn]] void refuse_string(std::size_t start, std::size_t owner, const char* what) {
    close_all();
    doc_.fail(start, doc_.pointer(doc_.nodes_[owner]), std::string("malformed JSON: ") + what);
  }

  // Sorted, because a hostile object may have a million members.
  void refuse_repeated_names(std::size_t object) {
    names_.clear();
    for (std::size_t i = object + 1; i < doc_.nodes_.size(); i = doc_.nodes_[i].next)
      names_.emplace_back(doc_.nodes_[i].key, i);
    std::sort(names_.begin(), names_.end());
    const auto twice =
        std::adjacent_find(names_.begin(), names_.end(),
                           [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice == names_.end()) return;
    close_all();
    const Node& second = doc_.nodes_[std::next(twice)->second];
    doc_.fail(second.offset, doc_.pointer(second), "the name appears twice in its object");
  }

  Document& doc_;
  const TextStream& stream_;
  std::size_t last_end_ = 0;
  std::size_t key_offset_ = 0;
  std::string_view key_{};
  std::vector<std::size_t> open_{};
  std::vector<std::pair<std::string_view, std::size_t>> names_{};
};

Document Document::parse(std::string_view text, std::string_view file_name) {
  Document doc(text, file_name);
  if (text.size() > kMaxText) doc.fail(0, "", "larger than " + std::to_string(kMaxText) + " bytes");
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    doc.fail(nul, "", "malformed JSON: a NUL byte");
  if (text.starts_with("\xEF\xBB\xBF")) doc.fail(0, "", "malformed JSON: a byte order mark");

  doc.nodes_.reserve(text.size() / 16 + 1);
  TextStream stream{text.data(), text.data(), text.data() + text.size()};
  Builder builder(doc, stream);
  rapidjson::Reader reader;
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (result.IsError())
    doc.fail(result.Offset(), builder.here(), "malformed JSON: " + reason_text(result.Code()));
  return doc;
}

Document::Children Document::children(const Node& parent) const noexcept {
  const auto index = static_cast<std::size_t>(&parent - nodes_.data());
  return {nodes_.data(), index + 1, parent.next};
}

std::string Document::pointer(const Node& node) const {
  std::string out;
  const Node* at = &root();
  while (at != &node) {
    std::size_t position = 0;
    const Node* inside = nullptr;
    for (const Node& child : children(*at)) {
      if (&node >= &child && &node < nodes_.data() + child.next) {
        inside = &child;
        break;
      }
      ++position;
    }
    if (inside == nullptr) return out;  // not of this document
    out += at->kind == Kind::kArray ? "/" + std::to_string(position) : pointer_step(inside->key);
    at = inside;
  }
  return out;
}

void Document::fail(std::size_t offset, const std::string& pointer,
                    const std::string& message) const {
  const std::string_view before = text_.substr(0, offset);
  const auto line = static_cast<std::uint32_t>(1 + std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto column = static_cast<std::uint32_t>(before.size() - line_start + 1);
  std::string text = file_ + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
  if (!pointer.empty()) text += pointer + ": ";
  throw Error(Code::kBadConfig, text + message,
              Facts{.path = file_, .pointer = pointer, .line = line, .column = column});
}

namespace {

constexpr std::size_t kShown = 80;  // bytes of a wrong value that an error repeats

std::string shown_text(std::string_view text) {
  if (text.size() <= kShown) return quoted(text);
  std::size_t end = kShown;
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // whole characters
  return quoted(text.substr(0, end)) + "...";
}

std::string found_text(const Node& node) {
  switch (node.kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return node.boolean ? "true" : "false";
    case Kind::kNumber:
      return std::string(node.text.substr(0, kShown));
    case Kind::kString:
      return shown_text(node.text);
    case Kind::kArray:
      return "an array";
    case Kind::kObject:
      return "an object";
  }
  return "nothing";
}

}  // namespace

void Document::refuse(const Node& node, std::string_view expected) const {
  fail(node.offset, pointer(node),
       "expected " + std::string(expected) + ", found " + found_text(node));
}

void Document::refuse_missing(const Node& object, std::string_view name) const {
  fail(object.offset, pointer(object), "missing " + quoted(name));
}

void Document::refuse_at(const std::string& pointer, const std::string& message) const {
  const Node* at = &root();
  std::string reached;
  for (bool deeper = true; deeper;) {
    deeper = false;
    std::size_t position = 0;
    for (const Node& child : children(*at)) {
      const std::string next =
          reached +
          (at->kind == Kind::kArray ? "/" + std::to_string(position++) : pointer_step(child.key));
      if (pointer != next && !pointer.starts_with(next + "/")) continue;
      at = &child;
      reached = next;
      deeper = true;
      break;
    }
  }
  fail(at->offset, pointer, message);
}

std::string pointer_step(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace rt::json

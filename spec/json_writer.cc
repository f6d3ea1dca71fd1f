// SPDX-License-Identifier: Apache-2.0
#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "spec/json.h"

namespace rt::json {
namespace {

using Utf8 = rapidjson::UTF8<>;
using Buffer = rapidjson::StringBuffer;

struct Nowhere {
  using Ch = char;
  void Put(Ch) noexcept {}
};

// RapidJSON 1.1's PrettyWriter does not compile with kWriteValidateEncodingFlag.
bool is_utf8(std::string_view text) {
  rapidjson::MemoryStream in(text.data(), text.size());
  Nowhere out;
  while (in.Tell() < text.size())
    if (!Utf8::Validate(in, out) || in.Tell() > text.size()) return false;
  return true;
}

}  // namespace

struct Writer::Sink {
  explicit Sink(Style style) : is_pretty(style.count != 0) {
    if (is_pretty) pretty.SetIndent(style.indent, style.count);
  }

  // The two writers have the same functions and no common base.
  template <class Call>
  void with(Call call) {
    if (is_pretty) {
      call(pretty);
    } else {
      call(compact);
    }
  }

  Buffer buffer{};
  rapidjson::Writer<Buffer> compact{buffer};
  rapidjson::PrettyWriter<Buffer> pretty{buffer};
  bool is_pretty;
};

Writer::Writer(Style style) : sink_(std::make_unique<Sink>(style)) {}
Writer::~Writer() = default;

void Writer::begin_object() {
  sink_->with([](auto& w) { w.StartObject(); });
}
void Writer::end_object() {
  sink_->with([](auto& w) { w.EndObject(); });
}
void Writer::begin_array() {
  sink_->with([](auto& w) { w.StartArray(); });
}
void Writer::end_array() {
  sink_->with([](auto& w) { w.EndArray(); });
}
void Writer::null() {
  sink_->with([](auto& w) { w.Null(); });
}
void Writer::value(bool boolean) {
  sink_->with([=](auto& w) { w.Bool(boolean); });
}
void Writer::value(std::int64_t number) {
  sink_->with([=](auto& w) { w.Int64(number); });
}
void Writer::value(std::uint64_t number) {
  sink_->with([=](auto& w) { w.Uint64(number); });
}
void Writer::key(std::string_view name) {
  value(name);
}
void Writer::value(std::string_view text) {
  if (!is_utf8(text))
    throw Error(Code::kBadConfig, quoted(text) + " is not UTF-8, so JSON cannot hold it");
  const auto length = static_cast<rapidjson::SizeType>(text.size());
  // A member name is a string to RapidJSON's writers.
  sink_->with([=](auto& w) { w.String(text.data(), length); });
}

void Writer::number(std::string_view literal) {
  sink_->with([=](auto& w) { w.RawValue(literal.data(), literal.size(), rapidjson::kNumberType); });
}

std::string Writer::take() {
  return {sink_->buffer.GetString(), sink_->buffer.GetSize()};
}

}  // namespace rt::json

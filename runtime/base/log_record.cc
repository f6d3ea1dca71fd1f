// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/log_record.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <ctime>

namespace rt::log {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kHex = "0123456789abcdef";

void append_hex(std::string& out, unsigned value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out.push_back(kHex[(value >> static_cast<unsigned>(shift)) & 0xFU]);
  }
}

// Length of the valid UTF-8 sequence at the start of `text`, 0 if there is none.
std::size_t sequence_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  // No overlong form, no surrogate, nothing above U+10FFFF.
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) > 0x9F) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

bool is_control(std::string_view sequence) noexcept {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (first < 0x20 || first == 0x7F) return true;
  // U+0080..U+009F, which a terminal may obey as well.
  return first == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

void append_control(std::string& out, std::string_view sequence) {
  switch (sequence[0]) {
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default:
      out.append("\\x");
      append_hex(out, static_cast<unsigned char>(sequence.back()), 2);
  }
}

// Go's %q and JSON agree on quote and backslash; after one_line() no control byte is left.
std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out.append("\"");
}

void field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(",\"").append(name).append("\":").append(quote(one_line(value)));
}

void field(std::string& out, std::string_view name, std::uint32_t value) {
  if (value == 0) return;
  out.append(",\"").append(name).append("\":").append(std::to_string(value));
}

void append_facts(std::string& out, const Error& error) {
  const Facts& facts = error.facts();
  field(out, "code", code_word(error.code()));
  field(out, "step", facts.step);
  field(out, "syscall", facts.syscall);
  if (facts.error_number != 0) {
    const char* name = strerrorname_np(facts.error_number);
    field(out, "errno", name == nullptr ? std::to_string(facts.error_number) : name);
  }
  field(out, "path", facts.path);
  field(out, "pointer", facts.pointer);
  field(out, "line", facts.line);
  field(out, "column", facts.column);
}

}  // namespace

std::string_view level_word(Level level) noexcept {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "error";
}

std::string rfc3339(std::chrono::system_clock::time_point time, bool microseconds) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t clock = std::chrono::system_clock::to_time_t(seconds);
  std::tm local{};
  if (localtime_r(&clock, &local) == nullptr) return "1970-01-01T00:00:00Z";
  std::array<char, 40> text{};
  std::string out(text.data(), strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &local));
  if (microseconds) {
    const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(time - seconds);
    const std::string digits = std::to_string(rest.count());
    out.append(".").append(6 - digits.size(), '0').append(digits);
  }
  if (local.tm_gmtoff == 0) return out.append("Z");
  std::string zone(text.data(), strftime(text.data(), text.size(), "%z", &local));  // +0200
  return out.append(zone.insert(3, ":"));
}

std::string one_line(std::string_view text, std::size_t limit) {
  std::string out;
  while (!text.empty()) {
    if (out.size() >= limit) return out.append("...");
    const std::size_t length = sequence_length(text);
    const std::string_view sequence = text.substr(0, length);
    if (length == 0) {
      out.append(kReplacement);
    } else if (is_control(sequence)) {
      append_control(out, sequence);
    } else {
      out.append(sequence);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string to_text(const Record& record) {
  std::string out = "time=\"";
  out.append(rfc3339(record.time, record.level == Level::kDebug)).append("\" level=");
  out.append(level_word(record.level)).append(" msg=");
  return out.append(quote(one_line(record.message))).append("\n");
}

std::string to_json(const Record& record) {
  std::string out = "{\"level\":\"";
  out.append(level_word(record.level))
      .append("\",\"msg\":")
      .append(quote(one_line(record.message)));
  out.append(",\"time\":\"")
      .append(rfc3339(record.time, record.level == Level::kDebug))
      .append("\"");
  if (record.error != nullptr) append_facts(out, *record.error);
  return out.append("}\n");
}

}  // namespace rt::log

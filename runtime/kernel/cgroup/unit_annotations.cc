// SPDX-License-Identifier: Apache-2.0
//
// Annotations org.systemd.property.NAME. R19: annotations are data; what a unit would run or open
// cannot be said by them.
#include <algorithm>
#include <cctype>
#include <limits>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/unit_properties.h"
#include "spec/json.h"

namespace rt {
namespace {

constexpr std::string_view kPrefix = "org.systemd.property.";

// Name and D-Bus type of org.freedesktop.systemd1(5). Not Wants, Requires, BindsTo, Conflicts: they
// start and stop other units of the host.
struct Allowed {
  std::string_view name;
  std::string_view type;
};
constexpr Allowed kAllowed[] = {
    {"After", "as"},
    {"Before", "as"},
    {"CPUQuotaPerSecUSec", "t"},
    {"CPUWeight", "t"},
    {"CollectMode", "s"},
    {"DefaultDependencies", "b"},
    {"Description", "s"},
    {"IOWeight", "t"},
    {"KillMode", "s"},
    {"KillSignal", "i"},
    {"ManagedOOMPreference", "s"},
    {"MemoryHigh", "t"},
    {"MemoryLow", "t"},
    {"MemoryMax", "t"},
    {"MemoryMin", "t"},
    {"MemorySwapMax", "t"},
    {"OOMPolicy", "s"},
    {"PartOf", "as"},
    {"RuntimeMaxUSec", "t"},
    {"SendSIGHUP", "b"},
    {"SendSIGKILL", "b"},
    {"TasksMax", "t"},
    {"TimeoutStopUSec", "t"},
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// GVariant text: one value, with its type in front or not.
class Text {
 public:
  explicit Text(std::string_view text) noexcept : left_(trim(text)) {}

  [[nodiscard]] bool done() const noexcept { return left_.empty(); }
  bool take(std::string_view token) {
    if (!left_.starts_with(token)) return false;
    left_ = trim(left_.substr(token.size()));
    return true;
  }
  // A type that is written out must be the property's own.
  bool take_type(std::string_view type) {
    if (take("@")) return take(type);
    constexpr std::pair<std::string_view, std::string_view> kWords[] = {
        {"boolean ", "b"}, {"int32 ", "i"},  {"uint32 ", "u"},
        {"int64 ", "x"},   {"uint64 ", "t"}, {"string ", "s"}};
    for (const auto& [word, of] : kWords) {
      if (take(word)) return of == type;
    }
    return true;
  }
  std::optional<std::string> string() {
    const char quote = left_.empty() ? '\0' : left_.front();
    if (quote != '\'' && quote != '"') return {};
    std::string out;
    for (std::size_t i = 1; i < left_.size(); ++i) {
      if (left_[i] == quote) {
        left_ = trim(left_.substr(i + 1));
        return out;
      }
      if (left_[i] == '\\' && ++i == left_.size()) break;
      out.push_back(left_[i]);
    }
    return {};
  }
  std::string_view word() {
    const std::size_t end = left_.find_first_of(" \t,]");
    const std::string_view out = left_.substr(0, end);
    left_ = trim(left_.substr(out.size()));
    return out;
  }

 private:
  std::string_view left_;
};

std::optional<dbus::Value> strings_in(Text& text) {
  dbus::Strings out;
  if (!text.take("[")) return {};
  while (!text.take("]")) {
    if (!out.empty() && !text.take(",")) return {};
    auto one = text.string();
    if (!one) return {};
    out.push_back(std::move(*one));
  }
  return out;
}

template <class Int>
std::optional<dbus::Value> number_in(Text& text) {
  const auto number = parse_number<Int>(text.word());
  return number ? std::optional<dbus::Value>(*number) : std::nullopt;
}

std::optional<dbus::Value> value_in(Text& text, std::string_view type) {
  if (!text.take_type(type)) return {};
  if (type == "as") return strings_in(text);
  if (type == "i") return number_in<std::int32_t>(text);
  if (type == "t") return number_in<std::uint64_t>(text);
  if (type == "b") {
    const std::string_view word = text.word();
    if (word != "true" && word != "false") return {};
    return word == "true";
  }
  const auto string = text.string();
  return string ? std::optional<dbus::Value>(*string) : std::nullopt;
}

[[noreturn]] void refuse(const std::string& key, const std::string& text) {
  throw Error(Code::kBadConfig, "annotation " + text,
              {.pointer = "/annotations" + json::pointer_step(key)});
}

const Allowed& property_of(const std::string& key, std::string_view name) {
  if (name.size() < 3 || !std::ranges::all_of(name, is_letter)) {
    refuse(key, key + " name incorrect: at least three letters, and nothing else");
  }
  const auto* const found = std::ranges::find(kAllowed, name, &Allowed::name);
  if (found == std::end(kAllowed)) {
    refuse(key, key + " name incorrect: no property of a container's unit that may be set");
  }
  return *found;
}

// "TimeoutStopSec" is TimeoutStopUSec in seconds, as in unit files.
bool in_seconds(std::string_view name) {
  constexpr std::string_view kSec = "Sec";
  return name.size() > kSec.size() && name.ends_with(kSec) &&
         std::islower(static_cast<unsigned char>(name[name.size() - kSec.size() - 1])) != 0;
}

dbus::Property read(const std::string& key, const std::string& text) {
  std::string name = key.substr(kPrefix.size());
  const bool seconds = in_seconds(name);
  if (seconds) name.insert(name.size() - 3, "U");
  const Allowed& allowed = property_of(key, name);
  Text left(text);
  auto value = value_in(left, allowed.type);
  if (!value || !left.done()) {
    refuse(key, key + "=" + text + " value parse error: expected GVariant text of type " +
                    std::string(allowed.type));
  }
  if (auto* number = std::get_if<std::uint64_t>(&*value); seconds && number != nullptr) {
    constexpr std::uint64_t kMicro = 1'000'000;
    if (*number > std::numeric_limits<std::uint64_t>::max() / kMicro) {
      refuse(key, key + "=" + text + " value parse error: too many seconds");
    }
    *number *= kMicro;
  }
  return {std::string(allowed.name), std::move(*value)};
}

}  // namespace

UnitProperties to_annotated_properties(const spec::Annotations& annotations) {
  UnitProperties out;
  for (const auto& [key, text] : annotations) {
    if (!key.starts_with(kPrefix)) continue;
    out = merged(std::move(out), {{read(key, text)}});
  }
  return out;
}

}  // namespace rt

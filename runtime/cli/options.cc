// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/options.h"

#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace rt::cli {
namespace {

[[noreturn]] void refuse(std::string text) {
  throw Error(Code::kUsage, std::move(text));
}

// "--name=value" taken apart. `value` is empty without "=".
struct Spelling {
  std::string_view dashes{};
  std::string_view name{};
  std::optional<std::string_view> value{};
};

Spelling spell(std::string_view word) {
  Spelling out;
  out.dashes = word.substr(0, word.starts_with("--") ? 2 : 1);
  word.remove_prefix(out.dashes.size());
  const std::size_t equals = word.find('=');
  out.name = word.substr(0, equals);
  if (equals != std::string_view::npos) out.value = word.substr(equals + 1);
  return out;
}

bool matches(const Flag& flag, const Spelling& spelling) {
  if (spelling.name == flag.info.name) return true;
  return spelling.dashes.size() == 1 && spelling.name.size() == 1 &&
         spelling.name[0] == flag.info.letter;
}

std::optional<bool> to_bool(std::string_view word) {
  const std::string text = lower(word);
  if (text == "true" || text == "t" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "f" || text == "0" || text == "no") return false;
  return {};
}

std::optional<Rootless> to_rootless(std::string_view word) {
  if (word == "auto") return Rootless::kAuto;
  if (const auto value = to_bool(word)) return *value ? Rootless::kTrue : Rootless::kFalse;
  return {};
}

// Reads one flag's value into its target, with the words that follow at hand.
class Reader {
 public:
  Reader(const Spelling& spelling, Words& rest) : spelling_(spelling), rest_(rest) {}

  void operator()(bool* target) const {
    const auto value = spelling_.value ? to_bool(*spelling_.value) : true;
    if (!value) refuse_value("true or false");
    *target = *value;
  }
  void operator()(unsigned* target) const {
    const std::string_view text = value_word();
    if (text.empty()) return;
    const auto value = parse_number<unsigned>(text);
    if (!value) refuse("invalid value " + quoted(text) + " for flag " + shown() + ": not a number");
    *target = *value;
  }
  void operator()(std::string* target) const {
    const std::string_view text = value_word();
    if (!text.empty()) *target = text;
  }
  void operator()(std::vector<std::string>* target) const { target->emplace_back(value_word()); }
  void operator()(Rootless* target) const {
    if (spelling_.value) {
      const auto value = to_rootless(*spelling_.value);
      if (!value) refuse_value("true, false or auto");
      *target = *value;
    } else if (!rest_.empty() && to_rootless(rest_.front())) {
      *target = *to_rootless(rest_.front());
      rest_ = rest_.subspan(1);
    } else {
      *target = Rootless::kTrue;
    }
  }

 private:
  [[nodiscard]] std::string shown() const {
    return std::string(spelling_.dashes).append(spelling_.name);
  }
  [[nodiscard]] std::string_view value_word() const {
    if (spelling_.value) return *spelling_.value;
    if (rest_.empty()) refuse("flag needs an argument: " + shown());
    const std::string_view word = rest_.front();
    rest_ = rest_.subspan(1);
    return word;
  }
  [[noreturn]] void refuse_value(std::string_view wanted) const {
    refuse("invalid value " + quoted(*spelling_.value) + " for flag " + shown() + ": expected " +
           std::string(wanted));
  }

  const Spelling& spelling_;
  Words& rest_;
};

const Flag& find(std::span<const Flag> flags, const Spelling& spelling) {
  for (const Flag& flag : flags) {
    if (matches(flag, spelling)) return flag;
  }
  refuse("flag provided but not defined: " + std::string(spelling.dashes).append(spelling.name));
}

}  // namespace

std::vector<std::string_view> parse(Words words, std::span<const Flag> flags, FlagPlace place) {
  std::vector<std::string_view> arguments;
  while (!words.empty()) {
    const std::string_view word = words.front();
    words = words.subspan(1);
    if (word == "--") break;
    if (word.size() > 1 && word.starts_with('-')) {
      const Spelling spelling = spell(word);
      std::visit(Reader(spelling, words), find(flags, spelling).target);
    } else {
      arguments.push_back(word);
      if (place == FlagPlace::kBeforeArguments) break;
    }
  }
  arguments.insert(arguments.end(), words.begin(), words.end());
  return arguments;
}

}  // namespace rt::cli

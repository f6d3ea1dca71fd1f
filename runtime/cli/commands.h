// SPDX-License-Identifier: Apache-2.0
//
// The table of commands. A command is a row of words for people and a function made from an option
// table and a body: body(global, args, arguments) -> exit status. The frame around every body is
// the same: read the flags, set the log up, answer --help, count the arguments.
// A new command: a cmd_*.cc, a line here, a line in commands.cc, a text in man/prose.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/cli/global.h"
#include "runtime/cli/options.h"

namespace rt::cli {

using Arguments = std::vector<std::string_view>;

struct CommandText {
  std::string_view name{};
  std::string_view arguments{};  // "ID [SIGNAL]"
  std::string_view summary{};    // one line of `rt help`
  unsigned min_arguments = 0;
  unsigned max_arguments = 0;
  FlagPlace flags = FlagPlace::kAnywhere;
};

struct Command {
  CommandText text{};
  std::vector<OptionInfo> (*options)() = nullptr;
  int (*run)(const CommandText& text, Global& global, Words words) = nullptr;
};

// Empty: --help or --version was asked for and answered. Throws Error(kUsage).
std::optional<Arguments> read_command_line(const CommandText& text, std::vector<Flag> flags,
                                           Global& global, Words words);

template <const auto& kOptions, auto kBody>
constexpr Command command(const CommandText& text) {
  return {text, [] { return describe(kOptions); },
          [](const CommandText& self, Global& global, Words words) {
            // The struct that the table's members belong to.
            using Args = typename std::remove_cvref_t<decltype(kOptions)>::value_type::Args;
            Args args{};
            const auto arguments = read_command_line(self, bind(kOptions, args), global, words);
            return arguments ? kBody(global, args, *arguments) : 0;
          }};
}

// For commands without flags of their own.
struct NoArgs {};
inline constexpr std::array<Option<NoArgs>, 0> kNoOptions{};

extern const Command kCreateCommand;
extern const Command kStartCommand;
extern const Command kStateCommand;
extern const Command kExecCommand;
extern const Command kKillCommand;
extern const Command kDeleteCommand;
extern const Command kRunCommand;
extern const Command kPsCommand;
extern const Command kPauseCommand;
extern const Command kResumeCommand;
extern const Command kUpdateCommand;
extern const Command kEventsCommand;
extern const Command kCheckpointCommand;
extern const Command kRestoreCommand;
extern const Command kListCommand;
extern const Command kSpecCommand;
extern const Command kFeaturesCommand;
extern const Command kHelpCommand;

[[nodiscard]] std::span<const Command* const> commands() noexcept;  // in the order of the help
[[nodiscard]] const Command* find_command(std::string_view name) noexcept;

// One log record and one line on stderr. Returns the status to end with: 128+n when signal n
// interrupted, else `failure`.
int report(const Error& error, int failure) noexcept;

// The whole program after main() has put the process in order. Throws Error.
int dispatch(Words words);

}  // namespace rt::cli

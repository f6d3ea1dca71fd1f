// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/commands.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/interrupt.h"
#include "runtime/base/log.h"
#include "runtime/base/text.h"
#include "runtime/cli/help.h"

namespace rt::cli {
namespace {

constexpr std::array<const Command*, 18> kCommands{
    &kCreateCommand,   &kStartCommand,  &kRunCommand,    &kExecCommand,   &kStateCommand,
    &kKillCommand,     &kPsCommand,     &kPauseCommand,  &kResumeCommand, &kCheckpointCommand,
    &kRestoreCommand,  &kUpdateCommand, &kEventsCommand, &kDeleteCommand, &kListCommand,
    &kFeaturesCommand, &kSpecCommand,   &kHelpCommand};

// Parses, and sets the log up from whatever was understood, also when the parser throws.
Arguments parse_with_log(Words words, std::span<const Flag> flags, FlagPlace place,
                         const Global& global) {
  try {
    return parse(words, flags, place);
  } catch (const Error&) {
    set_up_log(global);
    throw;
  }
}

void check_count(const CommandText& text, std::size_t count) {
  const auto refuse = [&](std::string_view rule, unsigned limit) {
    throw Error(Code::kUsage, quoted(text.name) + " requires " + std::string(rule) + " " +
                                  std::to_string(limit) + " argument(s)");
  };
  if (text.min_arguments == text.max_arguments && count != text.min_arguments) {
    refuse("exactly", text.min_arguments);
  }
  if (count < text.min_arguments) refuse("a minimum of", text.min_arguments);
  if (count > text.max_arguments) refuse("a maximum of", text.max_arguments);
}

std::vector<OptionInfo> infos(std::span<const Flag> flags) {
  std::vector<OptionInfo> out;
  for (const Flag& flag : flags) out.push_back(flag.info);
  return out;
}

}  // namespace

std::span<const Command* const> commands() noexcept {
  return kCommands;
}

const Command* find_command(std::string_view name) noexcept {
  const auto* const found = std::ranges::find_if(
      kCommands, [&](const Command* command) { return command->text.name == name; });
  return found == kCommands.end() ? nullptr : *found;
}

std::optional<Arguments> read_command_line(const CommandText& text, std::vector<Flag> flags,
                                           Global& global, Words words) {
  const std::vector<OptionInfo> own = infos(flags);
  const std::vector<Flag> everywhere = global_flags(global);
  flags.insert(flags.end(), everywhere.begin(), everywhere.end());
  Arguments arguments = parse_with_log(words, flags, text.flags, global);
  set_up_log(global);
  if (global.help) {
    print(command_help(text, own));
    return {};
  }
  if (global.version) {
    print(version_text());
    return {};
  }
  check_count(text, arguments.size());
  return arguments;
}

int report(const Error& error, int failure) noexcept {
  log::error(error);
  return error.code() == Code::kInterrupted ? 128 + interrupting_signal() : failure;
}

int dispatch(Words words) {
  Global global;
  const std::vector<Flag> flags = global_flags(global);
  const Arguments rest = parse_with_log(words, flags, FlagPlace::kBeforeArguments, global);
  if (global.version) {
    print(version_text());
    return 0;
  }
  if (global.help || rest.empty()) {
    set_up_log(global);
    print(program_help());
    return 0;
  }
  const Command* command = find_command(rest.front());
  if (command == nullptr) {
    set_up_log(global);
    throw Error(Code::kUsage, "unknown command " + quoted(rest.front()));
  }
  return command->run(command->text, global, Words(rest).subspan(1));
}

}  // namespace rt::cli

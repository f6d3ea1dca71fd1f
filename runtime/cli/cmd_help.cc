// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/help.h"

namespace rt::cli {
namespace {

int run(const Global& /*global*/, const NoArgs& /*args*/, const Arguments& arguments) {
  if (arguments.empty()) {
    print(program_help());
    return 0;
  }
  const Command* command = find_command(arguments[0]);
  if (command == nullptr) throw Error(Code::kUsage, "unknown command " + quoted(arguments[0]));
  print(command_help(command->text, command->options()));
  return 0;
}

}  // namespace

extern constexpr Command kHelpCommand = command<kNoOptions, run>({
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = "show help for rt or for one command",
    .max_arguments = 1,
});

}  // namespace rt::cli

// SPDX-License-Identifier: Apache-2.0
//
// Help and version as text, made from the same tables as the parser. Golden files in tests/cli.
#pragma once

#include <span>
#include <string>

#include "runtime/cli/commands.h"

namespace rt::cli {

[[nodiscard]] std::string program_help();                        // `rt help`
[[nodiscard]] std::string command_help(const CommandText& text,  // `rt help create`
                                       std::span<const OptionInfo> options);
// Managers parse this: exactly one line has the word "version", and its last field is the number.
[[nodiscard]] std::string version_text();
[[nodiscard]] std::string libseccomp_version();  // "2.5.4"; "" when it does not tell

// Everything a command prints goes out here. Throws Error when stdout does not take it.
void print(std::string_view text);

}  // namespace rt::cli

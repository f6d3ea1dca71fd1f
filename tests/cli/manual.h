// SPDX-License-Identifier: Apache-2.0
//
// The manual: man/*.8, made of the option tables (names, flags, summaries) and of man/prose (what a
// table cannot say). Written into the tree by the golden test, so that an installation needs
// neither these tables nor a run of the program.
#pragma once

#include <string>

#include "runtime/cli/commands.h"

namespace rt::cli {

// rt.8. `prose` is its text from DESCRIPTION on; in it the lines @FLAGS@ and @COMMANDS@ stand for
// what the tables say.
[[nodiscard]] std::string overview_page(const std::string& prose);

// rt-NAME.8. `prose` is its DESCRIPTION, and behind that, from the first ".SH" on, what follows the
// flags.
[[nodiscard]] std::string command_page(const Command& command, const std::string& prose);

}  // namespace rt::cli

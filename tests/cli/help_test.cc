// SPDX-License-Identifier: Apache-2.0
//
// Help, manual and shell completion against the option tables. After a deliberate change:
//   RT_UPDATE_GOLDEN=1 build/dev/tests/cli/cli_tests --gtest_filter='Help.*'
#include "runtime/cli/help.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "runtime/cli/commands.h"
#include "tests/cli/completion.h"
#include "tests/cli/manual.h"

namespace rt::cli {
namespace {

std::string slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// `file` is below the source tree.
void compare(const std::string& file, const std::string& text) {
  const std::string path = RT_SOURCE_DIR "/" + file;
  if (std::getenv("RT_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
  EXPECT_EQ(text, slurp(path)) << file;
}

TEST(Help, Golden) {
  compare("tests/cli/golden/rt.txt", program_help());
  for (const Command* command : commands()) {
    SCOPED_TRACE(command->text.name);
    compare("tests/cli/golden/" + std::string(command->text.name) + ".txt",
            command_help(command->text, command->options()));
  }
}

TEST(Help, ManualIsMadeOfTablesAndProse) {
  std::set<std::string> pages{"rt.8"};
  compare("man/rt.8", overview_page(slurp(RT_SOURCE_DIR "/man/prose/rt")));
  for (const Command* command : commands()) {
    const std::string name(command->text.name);
    const std::string prose = slurp(RT_SOURCE_DIR "/man/prose/" + name);
    EXPECT_FALSE(prose.empty()) << "man/prose/" << name << " is missing";
    compare("man/rt-" + name + ".8", command_page(*command, prose));
    pages.insert("rt-" + name + ".8");
  }
  for (const auto& entry : std::filesystem::directory_iterator(RT_SOURCE_DIR "/man")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_TRUE(pages.contains(entry.path().filename())) << entry.path() << ": no such command";
  }
}

TEST(Help, CompletionIsMadeOfTables) {
  compare("completions/rt.bash", bash_completion());
  compare("completions/_rt", zsh_completion());
  compare("completions/rt.fish", fish_completion());
}

TEST(Help, EveryLetterAndNameIsUniqueInItsCommand) {
  for (const Command* command : commands()) {
    SCOPED_TRACE(command->text.name);
    const auto options = command->options();
    for (std::size_t i = 0; i < options.size(); ++i) {
      for (std::size_t j = i + 1; j < options.size(); ++j) {
        EXPECT_NE(options[i].name, options[j].name);
        EXPECT_TRUE(options[i].letter == 0 || options[i].letter != options[j].letter);
      }
    }
  }
}

}  // namespace
}  // namespace rt::cli

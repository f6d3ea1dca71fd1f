// SPDX-License-Identifier: Apache-2.0
//
// Help and man page against the option tables. After a deliberate change:
//   RT_UPDATE_GOLDEN=1 build/dev/tests/cli/cli_tests --gtest_filter='Help.*'
#include "runtime/cli/help.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

std::string slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void compare(const std::string& name, const std::string& text) {
  const std::string path = std::string(RT_SOURCE_DIR "/tests/cli/golden/") + name + ".txt";
  if (std::getenv("RT_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
  EXPECT_EQ(text, slurp(path));
}

// "--no-pivot" as man(7) source spells it.
std::string in_roff(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '-' ? "\\-" : std::string(1, c));
  return out;
}

// The part of rt.8 between the heading of `name` and the next heading.
std::string section(const std::string& page, const std::string& heading) {
  const std::size_t start = page.find(heading + "\n");
  if (start == std::string::npos) return {};
  const std::size_t end = page.find("\n.S", start + heading.size());
  return page.substr(start, end - start);
}

void expect_all(const std::string& text, const std::vector<OptionInfo>& options) {
  for (const OptionInfo& option : options) {
    if (option.help.empty()) continue;
    EXPECT_NE(text.find(in_roff("--" + std::string(option.name))), std::string::npos)
        << "rt.8 lacks --" << option.name;
  }
}

TEST(Help, Golden) {
  compare("rt", program_help());
  for (const Command* command : commands()) {
    SCOPED_TRACE(command->text.name);
    compare(std::string(command->text.name), command_help(command->text, command->options()));
  }
}

TEST(Help, ManPageNamesEveryCommandAndFlag) {
  const std::string page = slurp(RT_SOURCE_DIR "/man/rt.8");
  expect_all(section(page, ".SH FLAGS"), global_options());
  for (const Command* command : commands()) {
    SCOPED_TRACE(command->text.name);
    const std::string text = section(page, ".SS " + std::string(command->text.name));
    EXPECT_FALSE(text.empty()) << "rt.8 has no section for it";
    expect_all(text, command->options());
  }
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

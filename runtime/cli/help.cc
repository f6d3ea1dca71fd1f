// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/help.h"

#include <seccomp.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/base/sys.h"
#include "spec/state.h"

namespace rt::cli {
namespace {

struct Row {
  std::string left{};
  std::string_view right{};
};

// Two columns, the right one aligned; a left text that is too long gets a line of its own.
std::string columns(std::span<const Row> rows) {
  constexpr std::size_t kWidest = 26;
  std::size_t width = 0;
  for (const Row& row : rows) {
    if (row.left.size() <= kWidest) width = std::max(width, row.left.size());
  }
  std::string out;
  for (const Row& row : rows) {
    out.append("  ").append(row.left);
    if (row.left.size() > width) {
      out.append("\n").append(width + 4, ' ');
    } else {
      out.append(width - row.left.size() + 2, ' ');
    }
    out.append(row.right).append("\n");
  }
  return out;
}

std::string spelling(const OptionInfo& option) {
  std::string out = "    ";
  if (option.letter != 0) out = std::string("-") + option.letter + ", ";
  out.append("--").append(option.name);
  if (!option.metavar.empty()) out.append(" ").append(option.metavar);
  return out;
}

std::string option_rows(std::span<const OptionInfo> options) {
  std::vector<Row> rows;
  for (const OptionInfo& option : options) {
    if (!option.help.empty()) rows.push_back({spelling(option), option.help});
  }
  return columns(rows);
}

}  // namespace

std::string program_help() {
  std::vector<Row> rows;
  for (const Command* command : commands()) {
    rows.push_back({std::string(command->text.name), command->text.summary});
  }
  return "Usage: rt [FLAGS] COMMAND [FLAGS] [ARGUMENTS]\n\n"
         "An OCI runtime: makes a container from a bundle (config.json and a root filesystem).\n\n"
         "Commands:\n" +
         columns(rows) + "\nFlags, before or after the command:\n" + option_rows(global_options()) +
         "\n`rt help COMMAND` shows the flags of one command.\n";
}

std::string command_help(const CommandText& text, std::span<const OptionInfo> options) {
  std::string out = "Usage: rt [FLAGS] " + std::string(text.name);
  if (!options.empty()) out.append(" [FLAGS]");
  if (!text.arguments.empty()) out.append(" ").append(text.arguments);
  out.append("\n\n").append(text.summary).append("\n");
  if (!options.empty()) out.append("\nFlags:\n").append(option_rows(options));
  if (text.flags == FlagPlace::kBeforeArguments) out.append("\nFlags stand before the ID.\n");
  return out.append("\n`rt help` shows the flags that every command takes.\n");
}

std::string libseccomp_version() {
  const scmp_version* version = seccomp_version();
  if (version == nullptr) return {};
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->micro);
}

std::string version_text() {
  std::string out = "rt version " RT_VERSION "\n";
  constexpr std::string_view kCommit = RT_COMMIT;
  if (!kCommit.empty()) out.append("commit: ").append(kCommit).append("\n");
  out.append("spec: ").append(spec::kOciVersion).append("\n");
  const std::string libseccomp = libseccomp_version();
  if (!libseccomp.empty()) out.append("libseccomp: ").append(libseccomp).append("\n");
  return out;
}

void print(std::string_view text) {
  sys::write_all(STDOUT_FILENO, text);
}

}  // namespace rt::cli

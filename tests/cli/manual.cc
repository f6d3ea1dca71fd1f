// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/manual.h"

#include <algorithm>

namespace rt::cli {
namespace {

// Minus signs that must stay minus signs, and no line that is taken for a request (man(7)).
std::string in_roff(std::string_view text) {
  std::string out = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  for (const char c : text) {
    if (c == '-' || c == '\\') out.push_back('\\');
    out.append(c == '\\' ? std::string("e") : std::string(1, c));
  }
  return out;
}

std::string heading(std::string name, std::string_view summary) {
  std::string title = name;
  std::ranges::transform(title, title.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return ".\\\" Made of the option tables and of man/prose: see HACKING.md.\n.TH " + title +
         " 8 \"\" \"rt\" \"System administration\"\n.SH NAME\n" + name + " \\- " +
         in_roff(summary) + "\n.SH SYNOPSIS\n";
}

std::string flag_rows(std::span<const OptionInfo> options) {
  std::string out;
  for (const OptionInfo& option : options) {
    if (option.help.empty()) continue;
    out.append(".TP\n");
    if (option.letter != 0) out.append("\\fB\\-").append(1, option.letter).append("\\fR, ");
    out.append("\\fB\\-\\-").append(in_roff(option.name)).append("\\fR");
    if (!option.metavar.empty()) {
      out.append(" \\fI").append(in_roff(option.metavar)).append("\\fR");
    }
    out.append("\n").append(in_roff(option.help)).append("\n");
  }
  return out;
}

std::string command_rows() {
  std::string out;
  for (const Command* command : commands()) {
    out.append(".TP\n.BR rt\\-").append(command->text.name).append(" (8)\n");
    out.append(in_roff(command->text.summary)).append("\n");
  }
  return out;
}

void replace_line(std::string& text, const std::string& line, const std::string& by) {
  const std::size_t at = text.find(line + "\n");
  if (at != std::string::npos) text.replace(at, line.size() + 1, by);
}

}  // namespace

std::string overview_page(const std::string& prose) {
  std::string text = prose;
  replace_line(text, "@FLAGS@", flag_rows(global_options()));
  replace_line(text, "@COMMANDS@", command_rows());
  return heading("rt", "run OCI containers from bundles") +
         ".B rt\n.RI [ flags ]\n.I command\n.RI [ flags ]\n.RI [ arguments ]\n.SH DESCRIPTION\n" +
         text;
}

std::string command_page(const Command& command, const std::string& prose) {
  const std::string name(command.text.name);
  const std::vector<OptionInfo> options = command.options();
  std::string out = heading("rt-" + name, command.text.summary);
  out.append("\\fBrt\\fR [\\fIflags\\fR] \\fB" + name + "\\fR");
  if (!options.empty()) out.append(" [\\fIflags\\fR]");
  if (!command.text.arguments.empty()) out.append(" " + in_roff(command.text.arguments));
  const std::size_t rest = std::min(prose.find(".SH "), prose.size());
  out.append("\n.SH DESCRIPTION\n").append(prose, 0, rest).append(".SH FLAGS\n");
  if (!options.empty()) out.append(flag_rows(options)).append(".PP\n");
  if (command.text.flags == FlagPlace::kBeforeArguments) {
    out.append("Flags stand before the ID.\n");
  }
  out.append("The flags that every command takes are in\n.BR rt (8).\n");
  return out.append(prose, rest).append(".SH SEE ALSO\n.BR rt (8)\n");
}

}  // namespace rt::cli

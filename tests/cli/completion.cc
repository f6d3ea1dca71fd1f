// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/completion.h"

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

constexpr std::string_view kOrigin = "# Made of the option tables: see HACKING.md.\n";

// What a flag's value is, as far as a shell can help with it.
constexpr auto kWords = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"format", "table json"},
    {"log-format", "text json"},
    {"log-level", "error warning info debug"},
    {"cgroup-manager", "cgroupfs systemd disabled"},
    {"rootless", "true false auto"},
});

std::string_view words_of(const OptionInfo& option) {
  const auto* const found =
      std::ranges::find(kWords, option.name, [](const auto& row) { return row.first; });
  return found == kWords.end() ? std::string_view{} : found->second;
}

bool is_directory(const OptionInfo& option) {
  return option.metavar == "DIR";
}

bool is_file(const OptionInfo& option) {
  return option.metavar == "FILE" || option.metavar == "PATH" || option.metavar == "DEST";
}

// The first argument: of a container that exists, or of a command.
bool takes_container(const CommandText& text) {
  return text.arguments.starts_with("ID") && text.name != "create" && text.name != "run" &&
         text.name != "restore";
}

bool takes_command(const CommandText& text) {
  return text.arguments == "[COMMAND]";
}

std::vector<OptionInfo> shown(std::vector<OptionInfo> options) {
  std::erase_if(options, [](const OptionInfo& option) { return option.help.empty(); });
  return options;
}

std::string command_names(bool (*wanted)(const CommandText&), std::string_view between) {
  std::string out;
  for (const Command* command : commands()) {
    if (!wanted(command->text)) continue;
    if (!out.empty()) out.append(between);
    out.append(command->text.name);
  }
  return out;
}

bool any(const CommandText& /*text*/) {
  return true;
}

std::string replace_all(std::string text, char what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, 1, by);
  }
  return text;
}

// --- bash
// -----------------------------------------------------------------------------------------

std::string bash_flags(const std::vector<OptionInfo>& options) {
  std::string out;
  for (const OptionInfo& option : options) {
    if (option.letter != 0) out.append(" -").append(1, option.letter);
    out.append(" --").append(option.name);
  }
  return out.empty() ? out : out.substr(1);
}

// One arm for each flag that takes a value; `prefix` is the command, or * for all.
std::string bash_values(std::string_view prefix, const std::vector<OptionInfo>& options) {
  std::string out;
  for (const OptionInfo& option : options) {
    if (option.metavar.empty()) continue;
    out.append("    ").append(prefix).append(":--").append(option.name);
    if (option.letter != 0) out.append("|").append(prefix).append(":-").append(1, option.letter);
    out.append(") echo ");
    if (is_directory(option)) {
      out.append("-A directory");
    } else if (is_file(option)) {
      out.append("-A file");
    } else {
      out.append("'-W \"").append(words_of(option)).append("\"'");
    }
    out.append(" ;;\n");
  }
  return out;
}

constexpr std::string_view kBashTail = R"sh(
_rt() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' value='' word='' before='' count=0 i root=()
  COMPREPLY=()
  # bash takes --flag=value for three words.
  if [ "$cur" = "=" ]; then cur=''; elif [ "$prev" = "=" ]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case $word in
      =) continue ;;
      -*) ;;
      *)
        if [ -n "$(_rt_value "$command" "$before")" ]; then
          [ "$before" != --root ] || root=(--root "$word")
          word=''
        elif [ -z "$command" ]; then
          command=$word
        else
          count=$((count + 1))
        fi
        ;;
    esac
    before=$word
  done
  value=$(_rt_value "$command" "$prev")
  if [ -n "$value" ]; then
    eval "COMPREPLY=(\$(compgen $value -- \"\$cur\"))"
    [[ $value == "-W "* ]] || compopt -o filenames 2>/dev/null
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_rt_flags "$command")" -- "$cur"))
  elif [ -z "$command" ]; then
    COMPREPLY=($(compgen -W "$_rt_commands" -- "$cur"))
  elif [ "$count" -eq 0 ]; then
    case " $_rt_of_containers " in
      *" $command "*) COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "${root[@]}" list -q 2>/dev/null)" -- "$cur")) ;;
    esac
    case " $_rt_of_commands " in
      *" $command "*) COMPREPLY=($(compgen -W "$_rt_commands" -- "$cur")) ;;
    esac
  fi
  return 0
}
complete -F _rt rt
)sh";

// --- zsh
// ------------------------------------------------------------------------------------------

std::string zsh_text(std::string_view text) {
  std::string out = replace_all(std::string(text), '\'', "");
  constexpr std::pair<char, const char*> kEscapes[] = {{'[', "\\["}, {']', "\\]"}, {':', "\\:"}};
  for (const auto& [what, by] : kEscapes) out = replace_all(out, what, by);
  return out;
}

std::string zsh_value(const OptionInfo& option) {
  if (option.metavar.empty()) return {};
  const std::string out = ":" + zsh_text(option.metavar) + ":";
  if (is_directory(option)) return out + "_files -/";
  if (is_file(option)) return out + "_files";
  const std::string_view words = words_of(option);
  return words.empty() ? out : out + "(" + std::string(words) + ")";
}

// Any flag may be repeated; a value follows as the next word or behind "=".
std::string zsh_flags(std::string_view indent, const std::vector<OptionInfo>& options) {
  std::string out;
  for (const OptionInfo& option : options) {
    const std::string tail = "[" + zsh_text(option.help) + "]" + zsh_value(option) + "'\n";
    const std::string equals = option.metavar.empty() ? "" : "=";
    out.append(indent).append("'*--").append(option.name).append(equals).append(tail);
    if (option.letter != 0) out.append(indent).append("'*-").append(1, option.letter).append(tail);
  }
  return out;
}

// --- fish
// -----------------------------------------------------------------------------------------

std::string fish_flags(std::string_view condition, const std::vector<OptionInfo>& options) {
  std::string out;
  for (const OptionInfo& option : options) {
    out.append("complete -c rt").append(condition);
    if (option.letter != 0) out.append(" -s ").append(1, option.letter);
    out.append(" -l ").append(option.name);
    if (is_directory(option)) {
      out.append(" -x -a '(__fish_complete_directories)'");
    } else if (is_file(option)) {
      out.append(" -r -F");
    } else if (!option.metavar.empty()) {
      out.append(" -x");
      if (const auto words = words_of(option); !words.empty()) {
        out.append(" -a '").append(words).append("'");
      }
    }
    out.append(" -d '" + replace_all(std::string(option.help), '\'', "\\'") + "'\n");
  }
  return out;
}

}  // namespace

std::string bash_completion() {
  std::string out = "# shellcheck shell=bash disable=SC2207\n# Completion of rt(8) for bash.\n";
  out.append(kOrigin).append("\n_rt_commands='" + command_names(any, " ") + "'\n");
  out.append("_rt_of_containers='" + command_names(takes_container, " ") + "'\n");
  out.append("_rt_of_commands='" + command_names(takes_command, " ") + "'\n\n");
  const std::vector<OptionInfo> global = shown(global_options());
  std::string values = bash_values("*", global);
  out.append("# The flags of a command, and those of every command.\n_rt_flags() {\n");
  out.append("  echo '" + bash_flags(global) + "'\n  case $1 in\n");
  for (const Command* command : commands()) {
    const std::vector<OptionInfo> own = shown(command->options());
    if (own.empty()) continue;
    out.append("    ").append(command->text.name).append(") echo '");
    out.append(bash_flags(own)).append("' ;;\n");
    values.append(bash_values(command->text.name, own));
  }
  out.append(
      "  esac\n}\n\n# What compgen needs for the value of a flag; nothing if it has none.\n");
  return out.append("_rt_value() {\n  case $1:$2 in\n" + values + "  esac\n}\n").append(kBashTail);
}

std::string zsh_completion() {
  std::string out = "#compdef rt\n# Completion of rt(8) for zsh.\n";
  out.append(kOrigin).append("\n_rt_commands() {\n  local -a all=(\n");
  for (const Command* command : commands()) {
    out.append("    '").append(command->text.name).append(":");
    out.append(zsh_text(command->text.summary)).append("'\n");
  }
  out.append("  )\n  _describe command all\n}\n\n_rt_containers() {\n  local -a root=()\n");
  out.append("  [[ -z $opt_args[--root] ]] || root=(--root $opt_args[--root])\n");
  out.append("  compadd -- ${(f)\"$(rt $root list -q 2>/dev/null)\"}\n}\n\n_rt() {\n");
  out.append(
      "  local curcontext=$curcontext state line\n  typeset -A opt_args\n  local -a global=(\n");
  out.append(zsh_flags("    ", shown(global_options())));
  out.append("  )\n  _arguments -C $global '1: :_rt_commands' '*:: :->arguments' && return\n");
  out.append("  [[ $state == arguments ]] || return\n  case $line[1] in\n");
  for (const Command* command : commands()) {
    out.append("    ").append(command->text.name).append(")\n      local -a own=(\n");
    out.append(zsh_flags("        ", shown(command->options())));
    out.append("      )\n      _arguments $global $own");
    if (takes_container(command->text)) out.append(" '1: :_rt_containers' '*: :'");
    if (takes_command(command->text)) out.append(" '1: :_rt_commands'");
    out.append("\n      ;;\n");
  }
  return out.append("  esac\n}\n\n_rt \"$@\"\n");
}

std::string fish_completion() {
  std::string out = "# Completion of rt(8) for fish.\n";
  const std::string names = command_names(any, " ");
  const std::string none = " -n 'not __fish_seen_subcommand_from " + names + "'";
  const auto after = [](std::string_view name) {
    return " -n '__fish_seen_subcommand_from " + std::string(name) + "'";
  };
  out.append(kOrigin)
      .append("\ncomplete -c rt -f\n")
      .append(fish_flags("", shown(global_options())));
  for (const Command* command : commands()) {
    out.append("complete -c rt" + none + " -a ").append(command->text.name);
    out.append(" -d '").append(command->text.summary).append("'\n");
    out.append(fish_flags(after(command->text.name), shown(command->options())));
  }
  out.append("complete -c rt" + after(command_names(takes_container, " ")) +
             " -a '(rt list -q 2>/dev/null)'\n");
  return out.append("complete -c rt" + after(command_names(takes_command, " ")) + " -a '" + names +
                    "'\n");
}

}  // namespace rt::cli

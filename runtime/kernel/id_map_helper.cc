// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/id_map_helper.h"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/program.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

// The last one is where NixOS keeps its setuid programs.
constexpr std::array<const char*, 4> kDirectories{"/usr/bin/", "/bin/", "/usr/local/bin/",
                                                  "/run/wrappers/bin/"};
constexpr auto kPatience = std::chrono::seconds(10);
constexpr std::size_t kKept = 1024;  // bytes of what it says

std::string find_helper(const MapHelper& helper) {
  for (const char* directory : kDirectories) {
    const std::string path = std::string(directory).append(helper.program);
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  throw Error(Code::kUnsupported,
              std::string(helper.program) +
                  " is not installed, and without it a user can map one id only, the own one: "
                  "install the package uidmap (Debian) or shadow-utils (Fedora)",
              {.pointer = std::string(helper.pointer)});
}

std::string name_of(uid_t uid) {
  const std::string passwd = read_file_if_exists("/etc/passwd").value_or("");
  for (const std::string_view line : split_lines(passwd)) {
    const auto fields = split(line, ':');
    if (fields.size() > 2 && parse_number<uid_t>(fields[2]) == uid) return std::string(fields[0]);
  }
  return std::to_string(uid);
}

[[noreturn]] void explain(const MapHelper& helper, std::string_view said) {
  const std::string table(helper.table);
  const std::string user = name_of(sys::own_uid());
  const std::string ranges =
      ranges_of(read_file_if_exists(table).value_or(""), user, sys::own_uid());
  const std::string mend = ranges.empty() ? table + " has no range for user " + quoted(user) +
                                                ": add one, e.g. by usermod " +
                                                std::string(helper.flag) + " 100000-165535 " + user
                                          : table + " gives user " + quoted(user) + " " + ranges;
  throw Error(Code::kBadConfig, (said.empty() ? "" : std::string(said) + "; ") + mend,
              {.pointer = std::string(helper.pointer)});
}

}  // namespace

std::string ranges_of(std::string_view table, std::string_view user_name, std::uint32_t uid) {
  std::string out;
  for (const std::string_view line : split_lines(table)) {
    const auto fields = split(trim(line), ':');  // user:first id:count
    if (fields.size() != 3) continue;
    if (fields[0] != user_name && parse_number<std::uint32_t>(fields[0]) != uid) continue;
    out += out.empty() ? "" : ", ";
    out.append(fields[1]).append(" ").append(fields[2]);
  }
  return out;
}

void run_map_helper(const MapHelper& helper, pid_t pid, const std::vector<spec::IdMapping>& map) {
  std::vector<std::string> words{find_helper(helper), std::to_string(pid)};
  for (const spec::IdMapping& one : map) {
    for (const std::uint32_t number : {one.container_id, one.host_id, one.size}) {
      words.push_back(std::to_string(number));
    }
  }
  const Context here(helper.program);
  const ProgramResult result = run_program(
      {.words = words, .deadline = Deadline::in(kPatience), .limit = kKept, .with_errors = true});
  if (result.status.shell_code() == 0) return;
  std::string_view words_said = trim(result.output);
  const std::string prefix = std::string(helper.program) + ": ";
  if (words_said.starts_with(prefix)) words_said.remove_prefix(prefix.size());
  explain(helper, words_said.substr(0, words_said.find('\n')));
}

}  // namespace rt

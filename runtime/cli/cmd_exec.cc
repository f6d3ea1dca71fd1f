// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

constexpr int kNotExecuted = 255;  // what callers take for "the program never ran"

constexpr auto kOptions = std::to_array<Option<ExecOptions>>({
    {"process", 'p', "FILE", "read the process object from FILE; other flags have no effect on it",
     &ExecOptions::process_file},
    {"detach", 'd', "", "return when the program runs", &ExecOptions::detach},
    {"tty", 't', "", "give the program a terminal", &ExecOptions::tty},
    {"console-socket", 0, "PATH", "send the terminal's master to this Unix socket",
     &ExecOptions::console_socket},
    {"pidfd-socket", 0, "PATH", "send a pidfd of the process to this Unix socket",
     &ExecOptions::pidfd_socket},
    {"pid-file", 0, "PATH", "write the process id to PATH", &ExecOptions::pid_file},
    {"cwd", 0, "DIR", "working directory in the container", &ExecOptions::cwd},
    {"env", 'e', "NAME=VALUE", "add to the environment; may be repeated", &ExecOptions::env},
    {"user", 'u', "UID[:GID]", "numbers; without GID the container's stays", &ExecOptions::user},
    {"additional-gids", 'g', "GID", "add a supplementary group; may be repeated",
     &ExecOptions::additional_gids},
    {"cap", 'c', "CAP", "add a capability; may be repeated", &ExecOptions::capabilities},
    {"no-new-privs", 0, "", "set no_new_privs", &ExecOptions::no_new_privs},
    {"apparmor", 0, "PROFILE", "AppArmor profile of the process", &ExecOptions::apparmor},
    {"process-label", 0, "LABEL", "SELinux label of the process", &ExecOptions::process_label},
    {"preserve-fds", 0, "N", "pass N descriptors after stdio (and LISTEN_FDS) to the process",
     &ExecOptions::preserve_fds},
    {"cgroup", 0, "[CONTROLLER,...:]PATH",
     "run in this cgroup below the container's; may be repeated with v1 controllers",
     &ExecOptions::cgroups},
    {"ignore-paused", 0, "", "also in a paused container: the program runs when it is resumed",
     &ExecOptions::ignore_paused},
});

// A FIFO and /dev/stdin are as good as a file.
std::string read_document(const std::string& path) {
  if (path.empty()) return {};
  return path == "-" ? read_fd(STDIN_FILENO) : read_file(path);
}

int run(const Global& global, const ExecOptions& flags, const Arguments& arguments) {
  ExecOptions options = flags;
  options.name = container_name(global, arguments[0]);
  options.args.assign(arguments.begin() + 1, arguments.end());
  try {
    options.process_document = read_document(options.process_file);
    return rt::exec(options);
  } catch (const Error& error) {
    return report(error, kNotExecuted);
  }
}

}  // namespace

extern constexpr Command kExecCommand = command<kOptions, run>({
    .name = "exec",
    .arguments = "ID [PROGRAM [ARGUMENT...]]",
    .summary = "run a further program in a container",
    .min_arguments = 1,
    .max_arguments = ~0U,
    .flags = FlagPlace::kBeforeArguments,
});

}  // namespace rt::cli

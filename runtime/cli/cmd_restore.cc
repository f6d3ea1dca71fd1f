// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/cmd_checkpoint.h"
#include "runtime/cli/cmd_create.h"
#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

// Those of create that have a meaning here, and those of both commands.
struct Args : CriuOptions {
  std::string bundle{};
  std::string console_socket{};
  std::string pid_file{};
  std::string lsm_profile{};
  std::string lsm_mount_context{};
  bool no_pivot = false;
  bool no_subreaper = false;
  bool detach = false;
  bool tcp_close = false;
};

constexpr auto kOptions = extend(
    kCriuFlags,
    std::to_array<Option<Args>>({
        {"bundle", 'b', "DIR", "directory that holds config.json (default: the working directory)",
         &Args::bundle},
        {"console-socket", 0, "PATH", "send the terminal's master to this Unix socket",
         &Args::console_socket},
        {"pid-file", 0, "PATH", "write the process id to PATH", &Args::pid_file},
        {"detach", 'd', "", "return once the processes run", &Args::detach},
        {"no-pivot", 0, "", "no effect: how the root is entered is CRIU's affair", &Args::no_pivot},
        {"no-subreaper", 0, "", "do not adopt orphans of the container", &Args::no_subreaper},
        {"tcp-close", 0, "", "TCP connections come back closed", &Args::tcp_close},
        {"lsm-profile", 0, "TYPE:NAME", "another profile: apparmor:NAME, selinux:LABEL",
         &Args::lsm_profile},
        {"lsm-mount-context", 0, "CONTEXT", "another SELinux context for mounts",
         &Args::lsm_mount_context},
    }));

int run(const Global& global, const Args& args, const Arguments& arguments) {
  CreateArgs create;
  if (!args.bundle.empty()) create.bundle = args.bundle;
  create.console_socket = args.console_socket;
  create.pid_file = args.pid_file;
  create.no_pivot = args.no_pivot;
  return rt::restore({.create = create_options(global, create, arguments[0]),
                      .criu = args,
                      .lsm_profile = args.lsm_profile,
                      .lsm_mount_context = args.lsm_mount_context,
                      .tcp_close = args.tcp_close,
                      .detach = args.detach,
                      .no_subreaper = args.no_subreaper});
}

}  // namespace

extern constexpr Command kRestoreCommand = command<kOptions, run>({
    .name = "restore",
    .arguments = "ID",
    .summary = "make a container from a bundle and the files of checkpoint",
    .min_arguments = 1,
    .max_arguments = 1,
});

}  // namespace rt::cli

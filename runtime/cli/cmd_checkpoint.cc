// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/cmd_checkpoint.h"

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

struct Args : CriuOptions {
  std::string page_server{};
  std::string status_fd{};
  bool leave_running = false;
  bool pre_dump = false;
  bool tcp_skip_in_flight = false;
  bool link_remap = false;
};

constexpr auto kOptions = extend(
    kCriuFlags,
    std::to_array<Option<Args>>({
        {"leave-running", 0, "", "the container goes on", &Args::leave_running},
        {"pre-dump", 0, "", "memory only, and the container goes on", &Args::pre_dump},
        {"tcp-skip-in-flight", 0, "", "without TCP connections that are being made",
         &Args::tcp_skip_in_flight},
        {"link-remap", 0, "", "open files that were unlinked get a name again", &Args::link_remap},
        {"page-server", 0, "ADDRESS:PORT", "memory goes to this page server", &Args::page_server},
        {"status-fd", 0, "N", "write \\0 to descriptor N when lazy pages can be asked for",
         &Args::status_fd},
    }));

int status_fd(const std::string& text) {
  if (text.empty()) return -1;
  if (const auto number = parse_number<int>(text)) return *number;
  throw Error(Code::kUsage,
              "invalid value " + quoted(text) + " for flag --status-fd: not a number");
}

int run(const Global& global, const Args& args, const Arguments& arguments) {
  rt::checkpoint({.name = container_name(global, arguments[0]),
                  .criu = args,
                  .page_server = args.page_server,
                  .status_fd = status_fd(args.status_fd),
                  .leave_running = args.leave_running,
                  .pre_dump = args.pre_dump,
                  .tcp_skip_in_flight = args.tcp_skip_in_flight,
                  .link_remap = args.link_remap});
  return 0;
}

}  // namespace

extern constexpr Command kCheckpointCommand = command<kOptions, run>({
    .name = "checkpoint",
    .arguments = "ID",
    .summary = "save the processes of a container to files, by CRIU",
    .min_arguments = 1,
    .max_arguments = 1,
});

}  // namespace rt::cli

// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/cmd_create.h"
#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

struct RunArgs : CreateArgs {
  bool detach = false;
  bool keep = false;
};

constexpr auto kOptions = extend(
    kCreateFlags,
    std::to_array<Option<RunArgs>>({
        {"detach", 'd', "", "return once the program runs", &RunArgs::detach},
        {"keep", 0, "", "do not delete the container and its cgroup afterwards", &RunArgs::keep},
    }));

int run(const Global& global, const RunArgs& args, const Arguments& arguments) {
  return rt::run({.create = create_options(global, args, arguments[0]),
                  .detach = args.detach,
                  .keep = args.keep,
                  .no_subreaper = args.no_subreaper});
}

}  // namespace

extern constexpr Command kRunCommand = command<kOptions, run>({
    .name = "run",
    .arguments = "ID",
    .summary = "create, start, wait, delete; exits as the program does",
    .min_arguments = 1,
    .max_arguments = 1,
});

}  // namespace rt::cli

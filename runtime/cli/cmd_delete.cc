// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/commands.h"
#include "runtime/cli/each.h"

namespace rt::cli {
namespace {

struct Args {
  bool force = false;
  bool regex = false;
};

constexpr auto kOptions = std::to_array<Option<Args>>({
    {"force", 'f', "", "kill it first if it runs; an unknown ID is no error", &Args::force},
    {"regex", 'r', "", "ID is a POSIX extended regular expression", &Args::regex},
});

int run(const Global& global, const Args& args, const Arguments& arguments) {
  const auto delete_one = [&](const ContainerName& name) {
    rt::delete_container({.name = name, .force = args.force});
  };
  if (args.regex) {
    for_each_match(global, arguments[0], delete_one);
  } else {
    delete_one(container_name(global, arguments[0]));
  }
  return 0;
}

}  // namespace

extern constexpr Command kDeleteCommand = command<kOptions, run>({
    .name = "delete",
    .arguments = "ID",
    .summary = "remove a stopped container and everything made for it",
    .min_arguments = 1,
    .max_arguments = 1,
});

}  // namespace rt::cli

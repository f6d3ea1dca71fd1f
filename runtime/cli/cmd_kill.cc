// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/commands.h"
#include "runtime/cli/each.h"

namespace rt::cli {
namespace {

struct Args {
  bool all = false;
  bool regex = false;
};

constexpr auto kOptions = std::to_array<Option<Args>>({
    {"all", 'a', "", "signal every process of the container's cgroup", &Args::all},
    {"regex", 'r', "", "ID is a POSIX extended regular expression", &Args::regex},
});

int run(const Global& global, const Args& args, const Arguments& arguments) {
  KillOptions options{.all = args.all};
  if (arguments.size() > 1) options.signal = arguments[1];
  const auto kill_one = [&](const ContainerName& name) {
    options.name = name;
    rt::kill(options);
  };
  if (args.regex) {
    for_each_match(global, arguments[0], kill_one);
  } else {
    kill_one(container_name(global, arguments[0]));
  }
  return 0;
}

}  // namespace

extern constexpr Command kKillCommand = command<kOptions, run>({
    .name = "kill",
    .arguments = "ID [SIGNAL]",
    .summary = "send a signal (name or number, default TERM) to a container",
    .min_arguments = 1,
    .max_arguments = 2,
    .flags = FlagPlace::kBeforeArguments,
});

}  // namespace rt::cli

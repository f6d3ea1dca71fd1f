// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

struct Args {
  std::string bundle = ".";
  std::string config = "config.json";
  bool rootless = false;
};

constexpr auto kOptions = std::to_array<Option<Args>>({
    {"bundle", 'b', "DIR", "write into DIR (default: the working directory)", &Args::bundle},
    {"config", 'f', "FILE", "write FILE instead of config.json", &Args::config},
    {"rootless", 0, "", "an example for a user without privileges", &Args::rootless},
});

int run(const Global& /*global*/, const Args& args, const Arguments& /*arguments*/) {
  const std::string text = example_config_json(args.rootless);
  const Fd dir = sys::open(args.bundle, O_PATH | O_DIRECTORY);
  if (sys::stat_at_if_exists(dir.get(), args.config, AT_SYMLINK_NOFOLLOW)) {
    throw Error(Code::kUsage, "file " + args.config + " exists: remove it first");
  }
  const Fd file = sys::open_at(dir.get(), args.config, O_WRONLY | O_CREAT | O_EXCL, 0666);
  sys::write_all(file.get(), text);
  return 0;
}

}  // namespace

extern constexpr Command kSpecCommand = command<kOptions, run>({
    .name = "spec",
    .summary = "write an example config.json",
});

}  // namespace rt::cli

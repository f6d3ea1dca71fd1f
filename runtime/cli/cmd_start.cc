// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

int run(const Global& global, const NoArgs& /*args*/, const Arguments& arguments) {
  rt::start(container_name(global, arguments[0]));
  return 0;
}

}  // namespace

extern constexpr Command kStartCommand = command<kNoOptions, run>({
    .name = "start",
    .arguments = "ID",
    .summary = "run the program of a created container",
    .min_arguments = 1,
    .max_arguments = 1,
});

}  // namespace rt::cli

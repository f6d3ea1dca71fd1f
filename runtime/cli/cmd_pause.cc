// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

int run(const Global& global, const NoArgs& /*args*/, const Arguments& arguments) {
  rt::pause(container_name(global, arguments[0]));
  return 0;
}

}  // namespace

extern constexpr Command kPauseCommand = command<kNoOptions, run>({
    .name = "pause",
    .arguments = "ID",
    .summary = "freeze all processes of a container",
    .min_arguments = 1,
    .max_arguments = 1,
});

}  // namespace rt::cli

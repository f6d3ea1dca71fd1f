// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

int run(const Global& global, const NoArgs& /*args*/, const Arguments& arguments) {
  rt::resume(container_name(global, arguments[0]));
  return 0;
}

}  // namespace

extern constexpr Command kResumeCommand = command<kNoOptions, run>({
    .name = "resume",
    .arguments = "ID",
    .summary = "let a paused container go on",
    .min_arguments = 1,
    .max_arguments = 1,
});

}  // namespace rt::cli

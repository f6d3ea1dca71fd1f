// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/commands.h"
#include "runtime/cli/help.h"
#include "runtime/cli/json_indent.h"

namespace rt::cli {
namespace {

int run(const Global& global, const NoArgs& /*args*/, const Arguments& arguments) {
  const ContainerView view = rt::state(container_name(global, arguments[0]));
  print(indent_json(view.json) + "\n");
  return 0;
}

}  // namespace

extern constexpr Command kStateCommand = command<kNoOptions, run>({
    .name = "state",
    .arguments = "ID",
    .summary = "print the state of a container as JSON",
    .min_arguments = 1,
    .max_arguments = 1,
});

}  // namespace rt::cli

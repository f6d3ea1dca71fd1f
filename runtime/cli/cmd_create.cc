// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/cmd_create.h"

#include "runtime/base/error.h"
#include "runtime/cli/commands.h"

namespace rt::cli {
namespace {

int run(const Global& global, const CreateArgs& args, const Arguments& arguments) {
  rt::create(create_options(global, args, arguments[0]));
  return 0;
}

}  // namespace

CreateOptions create_options(const Global& global, const CreateArgs& args, std::string_view id) {
  const CreateOptions& given = args;
  CreateOptions options = given;
  options.name = container_name(global, id);
  options.cgroup_manager = cgroup_manager(global);
  options.rootless = global.rootless;
  return options;
}

extern constexpr Command kCreateCommand = command<kCreateFlags, run>({
    .name = "create",
    .arguments = "ID",
    .summary = "make a container from a bundle; its program waits for start",
    .min_arguments = 1,
    .max_arguments = 1,
});

}  // namespace rt::cli

// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/commands.h"
#include "runtime/cli/help.h"

namespace rt::cli {
namespace {

int run(const Global& /*global*/, const NoArgs& /*args*/, const Arguments& /*arguments*/) {
  print(features_json(libseccomp_version()));
  return 0;
}

}  // namespace

extern constexpr Command kFeaturesCommand = command<kNoOptions, run>({
    .name = "features",
    .summary = "print what this build understands as JSON",
});

}  // namespace rt::cli

// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "runtime/container/make_plan.h"
#include "runtime/container/verbs.h"
#include "runtime/kernel/seccomp.h"
#include "spec/announced.h"
#include "spec/defaults.h"
#include "spec/documents.h"

namespace rt {

std::string features_json() {
  return spec::to_json(spec::features({}), json::kFourSpaces) + "\n";
}

std::string example_config_json(bool rootless) {
  return spec::example_config(rootless, ::geteuid(), ::getegid(), find_cgroups().unified_only());
}

}  // namespace rt

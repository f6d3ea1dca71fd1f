// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "runtime/base/sys.h"
#include "runtime/container/annotations.h"
#include "runtime/container/make_plan.h"
#include "runtime/container/verbs.h"
#include "runtime/kernel/seccomp.h"
#include "spec/announced.h"
#include "spec/defaults.h"
#include "spec/documents.h"

namespace rt {

std::string features_json(const std::string& libseccomp_version) {
  spec::FeatureFacts facts{.supported_seccomp_flags = supported_seccomp_flags(),
                           .unsafe_annotations = read_annotation_keys()};
  if (!libseccomp_version.empty())
    facts.annotations["io.github.seccomp.libseccomp.version"] = libseccomp_version;
  return spec::to_json(spec::features(facts), json::kFourSpaces) + "\n";
}

std::string example_config_json(bool rootless) {
  return spec::example_config(rootless, sys::own_uid(), sys::own_gid(),
                              find_cgroups().unified_only());
}

}  // namespace rt

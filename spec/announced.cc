// SPDX-License-Identifier: Apache-2.0
#include "spec/announced.h"

#include <algorithm>

#include "spec/fields_config.h"
#include "spec/mount_options.h"
#include "spec/names.h"
#include "spec/state.h"

namespace rt::spec {
namespace {

std::vector<std::string> capability_words() {
  std::vector<std::string> out(kCapabilityNames.begin(), kCapabilityNames.end());
  std::sort(out.begin(), out.end());
  return out;
}

// The member names of `hooks`, in the order of the lifecycle.
std::vector<std::string> hook_words() {
  std::vector<std::string> out;
  std::apply([&](const auto&... field) { (out.emplace_back(field.name), ...); },
             Fields<Hooks>::list);
  return out;
}

SeccompFeatures seccomp_features(const FeatureFacts& facts) {
  return {
      .enabled = true,
      .actions = all_words<SeccompAction>(),
      .operators = all_words<SeccompOperator>(),
      .archs = all_words<SeccompArch>(),
      .known_flags = all_words<SeccompFlag>(),
      .supported_flags = facts.supported_seccomp_flags,
  };
}

LinuxFeatures linux_features(const FeatureFacts& facts) {
  return {
      .namespaces = all_words<NamespaceType>(),
      .capabilities = capability_words(),
      .cgroup =
          CgroupFeatures{
              .v1 = true, .v2 = true, .systemd = true, .systemd_user = true, .rdma = true},
      .seccomp = seccomp_features(facts),
      .apparmor = Enabled{true},
      .selinux = Enabled{true},
      .intel_rdt = IntelRdtFeatures{.enabled = true, .schemata = true, .monitoring = true},
      .memory_policy = MemoryPolicyFeatures{.modes = all_words<MemoryPolicyMode>(),
                                            .flags = all_words<MemoryPolicyFlag>()},
      .mount_extensions = MountExtensions{.idmap = Enabled{true}},
      .net_devices = Enabled{true},
  };
}

}  // namespace

Features features(const FeatureFacts& facts) {
  return {
      .oci_version_min = kOciVersionMin,
      .oci_version_max = kOciVersion,
      .hooks = hook_words(),
      .mount_options = mount_option_words(),
      .linux_ = linux_features(facts),
      .annotations = facts.annotations,
      .potentially_unsafe_config_annotations = facts.unsafe_annotations,
  };
}

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
#include "spec/announced.h"

#include <gtest/gtest.h>

#include "spec/documents.h"
#include "spec/names.h"

namespace rt::spec {
namespace {

TEST(Features, AreWhatManagersLookFor) {
  const Features got = features({.supported_seccomp_flags = {"SECCOMP_FILTER_FLAG_LOG"},
                                 .annotations = {{"org.example.version", "1"}}});
  EXPECT_EQ(got.oci_version_min, "1.0.0");
  EXPECT_EQ(got.oci_version_max, "1.3.0");
  EXPECT_EQ(got.hooks, (std::vector<std::string>{"prestart", "createRuntime", "createContainer",
                                                 "startContainer", "poststart", "poststop"}));
  EXPECT_EQ(got.linux_->namespaces->size(), 8U);
  EXPECT_EQ(got.linux_->capabilities->size(), 41U);
  EXPECT_EQ(got.linux_->mount_extensions->idmap->enabled, true);
  EXPECT_EQ(got.linux_->memory_policy->modes->size(), 7U);
  EXPECT_EQ(got.linux_->memory_policy->flags,
            (std::vector<std::string>{"MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES",
                                      "MPOL_F_STATIC_NODES"}));
  EXPECT_EQ(got.linux_->seccomp->archs->size(), 23U);
  EXPECT_EQ(got.linux_->seccomp->supported_flags,
            (std::vector<std::string>{"SECCOMP_FILTER_FLAG_LOG"}));
  EXPECT_EQ(got.annotations.at("org.example.version"), "1");
}

TEST(Features, PromiseNothingThatIsRefused) {
  const LinuxFeatures got = *features({}).linux_;
  EXPECT_EQ(got.apparmor->enabled, false);
  EXPECT_EQ(got.selinux->enabled, false);
  EXPECT_EQ(got.intel_rdt->enabled, false);
  EXPECT_EQ(got.net_devices->enabled, false);
  EXPECT_EQ(got.cgroup,
            (CgroupFeatures{
                .v1 = true, .v2 = true, .systemd = false, .systemd_user = false, .rdma = true}));
}

TEST(Features, ReadBackAsWritten) {
  const Features got = features({});
  EXPECT_EQ(decode_features(to_json(got, json::kFourSpaces), "f"), got);
}

}  // namespace
}  // namespace rt::spec

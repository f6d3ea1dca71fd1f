// SPDX-License-Identifier: Apache-2.0
#include "spec/defaults.h"

#include <gtest/gtest.h>

#include "spec/documents.h"
#include "spec/validate.h"
#include "tests/spec/error_of.h"

namespace rt::spec {
namespace {

TEST(Example, IsValidAndReadsBack) {
  for (const bool rootless : {false, true}) {
    for (const bool cgroup_namespace : {false, true}) {
      const std::string text = example_config(rootless, 1000, 1001, cgroup_namespace);
      const Config config = decode_config(text, "config.json");
      EXPECT_EQ(test::error_of([&] { validate(config); }), "");
    }
  }
}

TEST(Example, BeginsAndEndsAsRuncsDoes) {
  const std::string text = example_config(false, 0, 0, true);
  EXPECT_TRUE(text.starts_with(
      "{\n\t\"ociVersion\": \"1.3.0\",\n\t\"process\": {\n\t\t\"terminal\": true,\n\t\t\"user\": "
      "{\n"
      "\t\t\t\"uid\": 0,\n\t\t\t\"gid\": 0\n\t\t},\n\t\t\"args\": [\n\t\t\t\"sh\"\n\t\t],\n"))
      << text;
  EXPECT_TRUE(text.ends_with("\"/proc/sysrq-trigger\"\n\t\t]\n\t}\n}"));
}

std::vector<NamespaceType> types(const Config& config) {
  std::vector<NamespaceType> out;
  for (const Namespace& ns : config.linux_->namespaces) out.push_back(ns.type);
  return out;
}

TEST(Example, NamespacesDependOnTheHost) {
  using enum NamespaceType;
  EXPECT_EQ(types(example({.cgroup_namespace = CgroupNamespace::kNo})),
            (std::vector{kPid, kNetwork, kIpc, kUts, kMount}));
  EXPECT_EQ(types(example({})), (std::vector{kPid, kNetwork, kIpc, kUts, kMount, kCgroup}));
}

TEST(Example, RootlessGivesUpWhatItCannotHave) {
  using enum NamespaceType;
  const Config config = example({.rootless = Rootless::kYes, .host_uid = 1000, .host_gid = 1001});
  EXPECT_EQ(types(config), (std::vector{kPid, kIpc, kUts, kMount, kCgroup, kUser}));
  EXPECT_EQ(config.linux_->uid_mappings, (std::vector<IdMapping>{{0, 1000, 1}}));
  EXPECT_EQ(config.linux_->gid_mappings, (std::vector<IdMapping>{{0, 1001, 1}}));
  EXPECT_FALSE(config.linux_->resources);
  EXPECT_EQ(config.mounts[2].options, (std::vector<std::string>{"nosuid", "noexec", "newinstance",
                                                                "ptmxmode=0666", "mode=0620"}));
  EXPECT_EQ(config.mounts[5], (Mount{.destination = "/sys",
                                     .type = "none",
                                     .source = "/sys",
                                     .options = {"rbind", "nosuid", "noexec", "nodev", "ro"}}));
  EXPECT_EQ(config.mounts[6].type, "cgroup");
}

TEST(Defaults, DevicesOfTheSpec) {
  ASSERT_EQ(default_devices().size(), 6U);
  EXPECT_STREQ(default_devices()[4].path, "/dev/urandom");
  EXPECT_EQ(default_devices()[4].minor, 9U);
  EXPECT_EQ(default_masked_paths().size(), 10U);
  EXPECT_EQ(default_readonly_paths().size(), 5U);
}

}  // namespace
}  // namespace rt::spec

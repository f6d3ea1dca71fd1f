// SPDX-License-Identifier: Apache-2.0
#include "spec/announced.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "spec/documents.h"
#include "spec/fields_config.h"
#include "spec/mount_options.h"
#include "spec/names.h"
#include "tests/spec/error_of.h"

namespace rt::spec {
namespace {

using test::error_of;

TEST(Features, AreWhatManagersLookFor) {
  const Features got = features({.supported_seccomp_flags = {"SECCOMP_FILTER_FLAG_LOG"},
                                 .annotations = {{"org.example.version", "1"}},
                                 .unsafe_annotations = {"org.example.unsafe"}});
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
  EXPECT_EQ(got.potentially_unsafe_config_annotations,
            std::vector<std::string>{"org.example.unsafe"});
}

// What the decoder says it would take, from its own words: «expected one of "a" "b", found …».
std::set<std::string> accepted_at(const std::string& before, const std::string& after) {
  const std::string error =
      error_of([&] { (void)decode_config(before + "\"no-such-word\"" + after, "f"); });
  const std::size_t begin = error.find("one of ");
  EXPECT_NE(begin, std::string::npos) << error;
  std::set<std::string> out;
  const std::string list = error.substr(begin, error.find(',', begin) - begin);
  for (std::size_t at = list.find('"'); at != std::string::npos; at = list.find('"', at)) {
    const std::size_t end = list.find('"', at + 1);
    out.insert(list.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return out;
}

std::set<std::string> to_set(const std::optional<std::vector<std::string>>& words) {
  return {words->begin(), words->end()};
}

// FT-10, FT-13, FT-15: what is announced is accepted, and the other way round.
TEST(Features, AnnounceTheWordsThatAConfigMayHave) {
  const LinuxFeatures got = *features({}).linux_;
  const std::string rule = R"({"ociVersion":"1.0.0","linux":{"seccomp":{"defaultAction":)";
  const std::string policy = R"({"ociVersion":"1.0.0","linux":{"memoryPolicy":{"mode":)";
  const struct {
    const char* name;
    std::set<std::string> announced;
    std::string before;
    std::string after;
  } rows[] = {
      {"namespaces", to_set(got.namespaces),
       R"({"ociVersion":"1.0.0","linux":{"namespaces":[{"type":)", "}]}}"},
      {"actions", to_set(got.seccomp->actions), rule, "}}}"},
      {"operators", to_set(got.seccomp->operators),
       rule + R"("SCMP_ACT_ALLOW","syscalls":[{"names":["a"],"action":"SCMP_ACT_LOG","args":[)"
              R"({"index":0,"value":0,"op":)",
       "}]}]}}}"},
      {"archs", to_set(got.seccomp->archs), rule + R"("SCMP_ACT_ALLOW","architectures":[)", "]}}}"},
      {"knownFlags", to_set(got.seccomp->known_flags), rule + R"("SCMP_ACT_ALLOW","flags":[)",
       "]}}}"},
      {"memory policy modes", to_set(got.memory_policy->modes), policy, "}}}"},
      {"memory policy flags", to_set(got.memory_policy->flags), policy + R"("MPOL_BIND","flags":[)",
       "]}}}"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(row.announced, accepted_at(row.before, row.after));
    for (const std::string& word : row.announced) {
      const std::string text = row.before + "\"" + word + "\"" + row.after;
      EXPECT_EQ(error_of([&] { (void)decode_config(text, "f"); }), "");
    }
  }
}

// FT-05.
TEST(Features, AnnounceTheHooksThatAConfigMayHave) {
  const auto knows = [](const std::string& word) {
    Unknown unknown;
    (void)decode_config(R"({"ociVersion":"1.0.0","hooks":{")" + word + R"(":[]}})", "f", &unknown);
    return unknown.count == 0;
  };
  const Features got = features({});
  for (const std::string& word : *got.hooks) EXPECT_TRUE(knows(word)) << word;
  EXPECT_FALSE(knows("preStart"));
  EXPECT_EQ(got.hooks->size(), std::tuple_size_v<decltype(Fields<Hooks>::list)>);
}

// FT-06: the words of config.md "Linux mount options"; others are for the filesystem.
TEST(Features, AnnounceTheMountOptionsThatAreNoData) {
  const auto is_data = [](const std::string& word) {
    return !parse_mount_options({word}).data.empty();
  };
  const auto announced = *features({}).mount_options;
  for (const std::string& word : announced) EXPECT_FALSE(is_data(word)) << word;
  for (const char* word : {"rro", "idmap", "ridmap", "tmpcopyup", "rnosymfollow", "runbindable"})
    EXPECT_NE(std::find(announced.begin(), announced.end(), word), announced.end()) << word;
  for (const char* word : {"size=1k", "mode=755", "newinstance", "nosuch"}) {
    EXPECT_TRUE(is_data(word)) << word;
    EXPECT_EQ(std::find(announced.begin(), announced.end(), word), announced.end()) << word;
  }
  // Those of crun are understood, and no words of the specification.
  for (const char* word : {"copy-symlink", "src-nofollow", "dest-nofollow"})
    EXPECT_EQ(std::find(announced.begin(), announced.end(), word), announced.end()) << word;
}

// FT-11.
TEST(Features, AnnounceTheCapabilitiesThatHaveANumber) {
  const auto announced = *features({}).linux_->capabilities;
  for (const std::string& word : announced) EXPECT_TRUE(capability_number(word)) << word;
  std::set<unsigned> numbers;
  for (const std::string& word : announced) numbers.insert(*capability_number(word));
  EXPECT_EQ(numbers.size(), kCapabilityNames.size());
}

TEST(Features, OfLinuxAreAllBuilt) {
  const LinuxFeatures got = *features({}).linux_;
  EXPECT_EQ(got.apparmor->enabled, true);
  EXPECT_EQ(got.selinux->enabled, true);
  EXPECT_EQ(got.intel_rdt,
            (IntelRdtFeatures{.enabled = true, .schemata = true, .monitoring = true}));
  EXPECT_EQ(got.net_devices->enabled, true);
  EXPECT_EQ(got.cgroup,
            (CgroupFeatures{
                .v1 = true, .v2 = true, .systemd = true, .systemd_user = true, .rdma = true}));
}

// FT-02: unknown, which is not "none".
TEST(Features, NullIsAbsent) {
  const auto decode = [](const std::string& member) {
    return decode_features(R"({"ociVersionMin":"1.0.0","ociVersionMax":"1.3.0",)" + member + "}",
                           "f");
  };
  EXPECT_FALSE(decode(R"("hooks":null)").hooks);
  EXPECT_TRUE(decode(R"("hooks":[])").hooks);
  EXPECT_FALSE(decode(R"("linux":{"apparmor":{"enabled":null}})").linux_->apparmor->enabled);
  EXPECT_EQ(decode(R"("linux":{"apparmor":{"enabled":false}})").linux_->apparmor->enabled, false);
}

TEST(Features, ReadBackAsWritten) {
  const Features got = features({});
  EXPECT_EQ(decode_features(to_json(got, json::kFourSpaces), "f"), got);
}

}  // namespace
}  // namespace rt::spec

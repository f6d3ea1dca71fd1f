// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/annotations.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/container/make_plan.h"
#include "spec/defaults.h"

namespace rt {
namespace {

TEST(Annotations, ChangeWhatTheySay) {
  const Annotated got = read_annotations({{"run.oci.keep_original_groups", "1"},
                                          {"run.oci.mount_context_type", "rootcontext"},
                                          {"run.oci.pidfd_receiver", "/run/p"},
                                          {"run.oci.seccomp.receiver", "/run/s"},
                                          {"run.oci.unknown", "x"},
                                          {"org.example.own", "y"}});
  EXPECT_TRUE(got.keep_groups);
  EXPECT_EQ(got.label_option, "rootcontext");
  EXPECT_EQ(got.pidfd_socket, "/run/p");
  EXPECT_EQ(got.seccomp_listener, "/run/s");
  EXPECT_FALSE(read_annotations({{"run.oci.keep_original_groups", "0"}}).keep_groups);
  EXPECT_FALSE(read_annotations({}).keep_groups);
}

TEST(Annotations, ThatCannotBeHonouredAreRefused) {
  const struct {
    spec::Annotations annotations;
    const char* text;
  } rows[] = {
      {{{"run.oci.handler", "wasm"}}, "/annotations/run.oci.handler: there is no handler \"wasm\""},
      {{{"run.oci.handler", "wasm"}, {"io.kubernetes.cri.container-type", "container"}},
       "/annotations/run.oci.handler: there is no handler \"wasm\""},
      {{{"run.oci.handler", "wasm"}, {"io.kubernetes.cri.container-type", "sandbox"}}, ""},
      {{{"run.oci.handler", ""}}, ""},
      {{{"run.oci.mount_context_type", "con"}},
       "/annotations/run.oci.mount_context_type: expected context, defcontext, fscontext or "
       "rootcontext, is \"con\""},
  };
  for (const auto& row : rows) {
    std::string text;
    try {
      (void)read_annotations(row.annotations);
    } catch (const Error& e) {
      text = e.what();
      EXPECT_TRUE(e.facts().pointer.starts_with("/annotations/run.oci."));
    }
    EXPECT_EQ(text, row.text);
  }
}

// FT-09: exactly those that change something, no prefix.
TEST(Annotations, AreAnnouncedByName) {
  const std::vector<std::string> keys = read_annotation_keys();
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  EXPECT_EQ(keys,
            (std::vector<std::string>{"io.kubernetes.cri.container-type", "run.oci.handler",
                                      "run.oci.keep_original_groups", "run.oci.mount_context_type",
                                      "run.oci.pidfd_receiver", "run.oci.seccomp.receiver"}));
}

TEST(Annotations, DecideInThePlan) {
  spec::Config config = spec::example({});
  config.process->user.additional_gids = {5};
  config.annotations = {{"run.oci.keep_original_groups", "1"},
                        {"run.oci.mount_context_type", "fscontext"}};
  config.linux_->mount_label = "u:r:t:s0";
  config.mounts = {{.destination = "/t", .type = "tmpfs", .source = "t"}};
  const HostFacts host{.cgroups = parse_unified("0::/user/me\n", "/sys/fs/cgroup"),
                       .capabilities = {.known = ~0ULL, .bounding = ~0ULL, .permitted = ~0ULL},
                       .lsms = {LsmState::kMissing, LsmState::kEnabled}};
  const ContainerPlan plan = make_plan(config, {.name = {.root = "/r", .id = "c"}}, host);
  EXPECT_EQ(plan.init.process.identity.set_groups, Groups::kKeep);
  EXPECT_EQ(plan.init.mounts.at(0).options, std::vector<std::string>{"fscontext=u:r:t:s0"});
}

}  // namespace
}  // namespace rt

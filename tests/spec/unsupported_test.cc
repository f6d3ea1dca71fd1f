// SPDX-License-Identifier: Apache-2.0
#include "spec/unsupported.h"

#include <gtest/gtest.h>

#include "tests/spec/good_config.h"

namespace rt::spec {
namespace {

using test::error_of;
using test::good_config;
using test::thrown_by;

TEST(Unsupported, TheExampleDocumentPasses) {
  EXPECT_EQ(error_of([] { refuse_unsupported(good_config()); }), "");
}

TEST(Unsupported, NamesTheField) {
  Config config = good_config();
  config.process->apparmor_profile = "p";
  const auto error = thrown_by([&] { refuse_unsupported(config); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), Code::kUnsupported);
  EXPECT_EQ(error->facts().pointer, "/process/apparmorProfile");
  EXPECT_STREQ(error->what(), "config.json: /process/apparmorProfile: not supported by this build");
}

TEST(Unsupported, EachRowRefusesItsField) {
  const struct {
    const char* pointer;
    std::function<void(Config&)> change;
  } rows[] = {
      {"/process/selinuxLabel", [](Config& c) { c.process->selinux_label = "l"; }},
      {"/linux/mountLabel", [](Config& c) { c.linux_->mount_label = "l"; }},
      {"/linux/intelRdt", [](Config& c) { c.linux_->intel_rdt = IntelRdt{}; }},
      {"/linux/netDevices", [](Config& c) { c.linux_->net_devices["eth0"] = {}; }},
  };
  for (const auto& row : rows) {
    Config config = good_config();
    row.change(config);
    const auto error = thrown_by([&] { refuse_unsupported(config); });
    EXPECT_EQ(error ? error->facts().pointer : "", row.pointer);
  }
}

TEST(Unsupported, ExecAffinityCountsForExecOnly) {
  Config config = good_config();
  config.process->exec_cpu_affinity = ExecCpuAffinity{.initial = "0"};
  EXPECT_EQ(error_of([&] { refuse_unsupported(config); }), "");
  EXPECT_EQ(error_of([&] { refuse_unsupported(*config.process, "p.json"); }),
            "p.json: /execCPUAffinity: not supported by this build");
}

}  // namespace
}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
#include "spec/unsupported.h"

#include <gtest/gtest.h>

#include "spec/documents.h"
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
    const char* resources;
    const char* pointer;
  } rows[] = {
      {R"({"memory":{"kernel":4096}})", "/memory/kernel"},
      {R"({"memory":{"kernelTCP":4096}})", "/memory/kernelTCP"},
      {R"({"memory":{"swappiness":0}})", "/memory/swappiness"},
      {R"({"memory":{"disableOOMKiller":true}})", "/memory/disableOOMKiller"},
      {R"({"cpu":{"realtimeRuntime":1}})", "/cpu/realtimeRuntime"},
      {R"({"cpu":{"realtimePeriod":1}})", "/cpu/realtimePeriod"},
      {R"({"blockIO":{"weight":10}})", "/blockIO/weight"},
      {R"({"blockIO":{"leafWeight":10}})", "/blockIO/leafWeight"},
      {R"({"blockIO":{"weightDevice":[{"major":8,"minor":0,"weight":1}]}})",
       "/blockIO/weightDevice"},
      {R"({"blockIO":{"throttleReadBpsDevice":[{"major":8,"minor":0,"rate":1}]}})",
       "/blockIO/throttleReadBpsDevice"},
      {R"({"blockIO":{"throttleWriteBpsDevice":[{"major":8,"minor":0,"rate":1}]}})",
       "/blockIO/throttleWriteBpsDevice"},
      {R"({"blockIO":{"throttleReadIOPSDevice":[{"major":8,"minor":0,"rate":1}]}})",
       "/blockIO/throttleReadIOPSDevice"},
      {R"({"blockIO":{"throttleWriteIOPSDevice":[{"major":8,"minor":0,"rate":1}]}})",
       "/blockIO/throttleWriteIOPSDevice"},
      {R"({"network":{"classID":1}})", "/network/classID"},
      {R"({"network":{"priorities":[{"name":"lo","priority":1}]}})", "/network/priorities"},
      {R"({"hugepageLimits":[{"pageSize":"2MB","limit":1}]})", "/hugepageLimits"},
      {R"({"rdma":{"mlx5_1":{"hcaHandles":1}}})", "/rdma"},
      {R"({"unified":{"memory.high":"1"}})", "/unified"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.resources);
    const Resources resources = decode_resources(row.resources, "f");
    EXPECT_EQ(error_of([&] { refuse_unsupported(resources, "f"); }),
              std::string("f: ") + row.pointer + ": not supported by this build");
    Config config = good_config();
    config.linux_->resources = resources;
    EXPECT_EQ(error_of([&] { refuse_unsupported(config); }),
              std::string("config.json: /linux/resources") + row.pointer +
                  ": not supported by this build");
  }
}

TEST(Unsupported, OutsideOfResources) {
  const struct {
    const char* pointer;
    std::function<void(Config&)> change;
  } rows[] = {
      {"/process/scheduler", [](Config& c) { c.process->scheduler = Scheduler{}; }},
      {"/process/ioPriority", [](Config& c) { c.process->io_priority = IoPriority{}; }},
      {"/process/selinuxLabel", [](Config& c) { c.process->selinux_label = "l"; }},
      {"/linux/mountLabel", [](Config& c) { c.linux_->mount_label = "l"; }},
      {"/linux/intelRdt", [](Config& c) { c.linux_->intel_rdt = IntelRdt{}; }},
      {"/linux/netDevices", [](Config& c) { c.linux_->net_devices["eth0"] = {}; }},
      {"/linux/memoryPolicy", [](Config& c) { c.linux_->memory_policy = MemoryPolicy{}; }},
      {"/linux/personality", [](Config& c) { c.linux_->personality = Personality{}; }},
      {"/mounts/1/options/tmpcopyup", [](Config& c) { c.mounts[1].options = {"tmpcopyup"}; }},
  };
  for (const auto& row : rows) {
    Config config = good_config();
    row.change(config);
    const auto error = thrown_by([&] { refuse_unsupported(config); });
    EXPECT_EQ(error ? error->facts().pointer : "", row.pointer);
  }
}

// Docker, containerd and Podman write these whether or not somebody asked for them.
TEST(Unsupported, ValuesThatMeanOffPass) {
  const Resources resources = decode_resources(
      R"({"memory":{"kernel":0,"kernelTCP":-1,"disableOOMKiller":false},
          "cpu":{"realtimeRuntime":0,"realtimePeriod":0},
          "blockIO":{"weight":0,"leafWeight":0,"weightDevice":[]},
          "network":{"classID":0,"priorities":[]},"hugepageLimits":[],"rdma":{},"unified":{}})",
      "f");
  EXPECT_EQ(error_of([&] { refuse_unsupported(resources, "f"); }), "");
  Config config = good_config();
  config.linux_->resources = decode_resources(R"({"blockIO":{},"network":{},"cpu":{}})", "f");
  EXPECT_EQ(error_of([&] { refuse_unsupported(config); }), "");
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

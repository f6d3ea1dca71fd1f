// SPDX-License-Identifier: Apache-2.0
//
// The configurations that managers and generators really write (tests/data/configs, made by
// "record" there): each is read, valid, and becomes a plan on every kind of host, without losing
// anything.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/container/make_plan.h"
#include "spec/documents.h"
#include "spec/fields.h"
#include "spec/validate.h"

namespace rt {
namespace {

namespace fs = std::filesystem;

struct Recorded {
  std::string name{};
  spec::Config config{};
};

std::vector<fs::path> recorded_by(const std::string& manager) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(RT_TEST_DATA "/configs/" + manager)) {
    out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Recorded> all_recorded() {
  std::vector<Recorded> out;
  for (const char* manager : {"docker", "containerd", "podman", "runtime-tools"}) {
    for (const fs::path& path : recorded_by(manager)) {
      const std::string name = std::string(manager) + "/" + path.filename().string();
      out.push_back({name, spec::decode_config(read_file(path), name)});
    }
  }
  return out;
}

HostFacts unified_host() {
  return {.cgroups = parse_unified("0::/user.slice/session\n", "/sys/fs/cgroup"),
          .capabilities = {.known = ~0ULL, .bounding = ~0ULL, .permitted = ~0ULL},
          .bundle = "/run/bundle",
          .rootfs = "/run/bundle/rootfs"};
}

HostFacts v1_host() {
  HostFacts out = unified_host();
  out.cgroups.hierarchies.clear();
  for (const char* name : {"blkio", "cpu", "cpuset", "devices", "freezer", "hugetlb", "memory",
                           "net_cls", "net_prio", "pids"}) {
    out.cgroups.hierarchies.push_back(
        {.controllers = {name}, .mount_point = "/sys/fs/cgroup/" + std::string(name)});
  }
  return out;
}

HostFacts hybrid_host() {
  HostFacts out = v1_host();
  out.cgroups.hierarchies.push_back({.version = CgroupVersion::kV2,
                                     .mount_point = "/sys/fs/cgroup/unified",
                                     .own_path = "/user.slice/session"});
  return out;
}

HostFacts rootless_host() {
  HostFacts out = unified_host();
  out.in_user_namespace = true;
  return out;
}

// What cgroup v2 has no word for, and v1 none for it (DV-12).
const std::map<std::pair<std::string, std::string>, std::string> kRefused = [] {
  std::map<std::pair<std::string, std::string>, std::string> out;
  for (const char* host : {"v2", "in a user namespace"}) {
    out[{"docker/limits-io.json", host}] = "/linux/resources/memory/kernel";
    out[{"runtime-tools/resources.json", host}] = "/linux/resources/memory/swappiness";
    out[{"runtime-tools/network.json", host}] = "/linux/resources/network/classID";
  }
  for (const char* host : {"v1", "hybrid"}) {
    out[{"runtime-tools/unified.json", host}] = "/linux/resources/unified";
  }
  return out;
}();

ContainerPlan plan_on(const HostFacts& host, const spec::Config& config) {
  return make_plan(config, {.name = {.root = "/run/rt", .id = "recorded"}}, host);
}

// The pointer that the error names; "" when there is a plan.
std::string refused_at(const HostFacts& host, const spec::Config& config) {
  try {
    (void)plan_on(host, config);
    return "";
  } catch (const Error& e) {
    return e.facts().pointer.empty() ? e.what() : e.facts().pointer;
  }
}

TEST(RecordedConfigs, ThereAreManyOfEach) {
  for (const char* manager : {"docker", "containerd", "podman", "runtime-tools"}) {
    EXPECT_GE(recorded_by(manager).size(), 20U) << manager;
  }
}

TEST(RecordedConfigs, AreReadToTheLastPropertyAndSurviveARoundTrip) {
  for (const char* manager : {"docker", "containerd", "podman", "runtime-tools"}) {
    for (const fs::path& path : recorded_by(manager)) {
      SCOPED_TRACE(path);
      spec::Unknown unknown;
      const spec::Config config = spec::decode_config(read_file(path), "config.json", &unknown);
      EXPECT_EQ(unknown.pointers, std::vector<std::string>{});
      EXPECT_EQ(spec::decode_config(spec::to_json(config), "config.json"), config);
    }
  }
}

TEST(RecordedConfigs, AreValid) {
  for (const Recorded& recorded : all_recorded()) {
    SCOPED_TRACE(recorded.name);
    EXPECT_NO_THROW(spec::validate(recorded.config));
  }
}

TEST(RecordedConfigs, BecomeAPlanOnEveryKindOfHost) {
  const struct {
    const char* name;
    HostFacts host;
  } hosts[] = {{"v2", unified_host()},
               {"v1", v1_host()},
               {"hybrid", hybrid_host()},
               {"in a user namespace", rootless_host()}};
  for (const Recorded& recorded : all_recorded()) {
    for (const auto& row : hosts) {
      SCOPED_TRACE(recorded.name + " on " + row.name);
      const auto refused = kRefused.find({recorded.name, row.name});
      EXPECT_EQ(refused_at(row.host, recorded.config),
                refused == kRefused.end() ? "" : refused->second);
    }
  }
}

TEST(RecordedConfigs, NothingIsLostOnTheWayToThePlan) {
  for (const Recorded& recorded : all_recorded()) {
    SCOPED_TRACE(recorded.name);
    const spec::Config& config = recorded.config;
    if (kRefused.contains({recorded.name, "v1"})) continue;
    const ContainerPlan plan = plan_on(v1_host(), config);
    std::set<std::string> mounted;
    for (const MountStep& step : plan.init.mounts) mounted.insert(step.destination);
    for (const spec::Mount& mount : config.mounts) {
      EXPECT_TRUE(mounted.contains(mount.destination)) << mount.destination;
    }
    std::set<std::string> devices;
    for (const DeviceStep& device : plan.init.devices) devices.insert(device.path);
    for (const spec::Device& device : config.linux_->devices) {
      EXPECT_TRUE(devices.contains(device.path)) << device.path;
    }
    EXPECT_EQ(plan.init.process.args, config.process->args);
    EXPECT_EQ(plan.init.process.rlimits.size(), config.process->rlimits.size());
    EXPECT_EQ(plan.init.masked_paths, config.linux_->masked_paths);
    EXPECT_EQ(plan.init.readonly_paths, config.linux_->readonly_paths);
    EXPECT_EQ(plan.init.sysctls.size(), config.linux_->sysctl.size());
    EXPECT_EQ(plan.warnings, std::vector<std::string>{});
  }
}

}  // namespace
}  // namespace rt

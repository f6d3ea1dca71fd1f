// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "runtime/base/error.h"
#include "runtime/kernel/cgroup/unit_name.h"
#include "runtime/kernel/cgroup/unit_properties.h"

namespace rt {
namespace {

constexpr std::uint64_t kInfinity = std::numeric_limits<std::uint64_t>::max();

TEST(UnitName, SlicePrefixName) {
  const struct {
    const char* path;
    SystemdManager manager;
    const char* unit;
    const char* where;
  } rows[] = {
      {"", SystemdManager::kSystem, "rt-c1.scope", "system.slice/rt-c1.scope"},
      {"", SystemdManager::kUser, "rt-c1.scope", "user.slice/rt-c1.scope"},
      {"system.slice:docker:abc", SystemdManager::kSystem, "docker-abc.scope",
       "system.slice/docker-abc.scope"},
      {"a-b-c.slice:p:n", SystemdManager::kSystem, "p-n.scope",
       "a.slice/a-b.slice/a-b-c.slice/p-n.scope"},
      {"-.slice:p:n", SystemdManager::kSystem, "p-n.scope", "p-n.scope"},
      {"-:p:n", SystemdManager::kSystem, "p-n.scope", "p-n.scope"},
      {"machine.slice::n", SystemdManager::kSystem, "n.scope", "machine.slice/n.scope"},
      {"machine.slice:ignored:machine-x.slice", SystemdManager::kSystem, "machine-x.slice",
       "machine.slice/machine-x.slice"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    const UnitName got = to_unit_name(row.path, "c1", row.manager);
    EXPECT_EQ(got.unit, row.unit);
    EXPECT_EQ(got.path(), row.where);
  }
}

TEST(UnitName, RefusesWhatIsNone) {
  const struct {
    const char* path;
    const char* text;
  } rows[] = {
      {"/a/b",
       "/linux/cgroupsPath: expected cgroupsPath to be of format \"slice:prefix:name\" for systemd "
       "cgroups, got \"/a/b\" instead"},
      {"a:b", "slice:prefix:name"},
      {"a:b:c:d", "slice:prefix:name"},
      {"a:b:c", "invalid slice name: \"a\""},
      {".slice:b:c", "invalid slice name"},
      {"a--b.slice:p:n", "invalid slice name"},
      {"-a.slice:p:n", "invalid slice name"},
      {"a-.slice:p:n", "invalid slice name"},
      {"a.slice:p:../n", "invalid unit name"},
      {"a/b.slice:p:n", "invalid unit name"},
      {"a.slice:p:", "invalid unit name"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    try {
      (void)to_unit_name(row.path, "c1", SystemdManager::kSystem);
      ADD_FAILURE();
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find(row.text), std::string::npos) << e.what();
      EXPECT_EQ(e.facts().pointer, "/linux/cgroupsPath");
    }
  }
}

TEST(UnitName, IsEscapedInAPath) {
  const std::string begin = "/org/freedesktop/systemd1/unit/";
  EXPECT_EQ(object_path("t-c1.scope"), begin + "t_2dc1_2escope");
  EXPECT_EQ(object_path("9_Z@[`{.scope"), begin + "_39_5fZ_40_5b_60_7b_2escope");
  EXPECT_EQ(object_path("a\xc3"), begin + "a_c3");
}

TEST(UnitLimits, EachFileIsOneProperty) {
  const struct {
    const char* file;
    const char* content;
    const char* property;
    dbus::Value value;
  } rows[] = {
      {"memory.max", "4096", "MemoryMax", std::uint64_t{4096}},
      {"memory.max", "max", "MemoryMax", kInfinity},
      {"memory.low", "0", "MemoryLow", std::uint64_t{0}},
      {"memory.high", "5", "MemoryHigh", std::uint64_t{5}},
      {"memory.min", "6", "MemoryMin", std::uint64_t{6}},
      {"memory.swap.max", "0", "MemorySwapMax", std::uint64_t{0}},
      {"cpu.weight", "10000", "CPUWeight", std::uint64_t{10000}},
      {"cpu.idle", "1", "CPUWeight", std::uint64_t{0}},
      {"cpuset.cpus", "0-1,9", "AllowedCPUs", dbus::Bytes{0x03, 0x02}},
      {"cpuset.mems", "0", "AllowedMemoryNodes", dbus::Bytes{0x01}},
      {"io.weight", "default 50", "IOWeight", std::uint64_t{50}},
      {"pids.max", "1", "TasksMax", std::uint64_t{1}},
      {"pids.max", "0", "TasksMax", std::uint64_t{1}},
      {"pids.max", "max", "TasksMax", kInfinity},
      {"memory.limit_in_bytes", "-1", "MemoryLimit", kInfinity},
      {"cpu.shares", "512", "CPUShares", std::uint64_t{512}},
      {"blkio.weight", "300", "BlockIOWeight", std::uint64_t{300}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.file) + " " + row.content);
    const UnitProperties got = to_unit_limits({{"x", row.file, row.content}});
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].property, (dbus::Property{row.property, row.value}));
  }
}

TEST(UnitLimits, WhatSystemdHasNoWordForIsLeftToTheFile) {
  for (const auto& [file, content] : {std::pair{"hugetlb.2MB.max", "0"},
                                      {"cpu.idle", "0"},
                                      {"io.weight", "8:0 50"},
                                      {"cpuset.cpus", "9-x"},
                                      {"cpuset.cpus", "0-99999"},
                                      {"rdma.max", "x hca_handle=1"}}) {
    EXPECT_TRUE(to_unit_limits({{"x", file, content}}).empty()) << file << " " << content;
  }
}

TEST(UnitLimits, TheOomPolicyIsSaidAtTheStartOnly) {
  EXPECT_TRUE(to_unit_limits({{"memory", "memory.oom.group", "1"}}).empty());
  EXPECT_TRUE(to_oom_properties({{"memory", "memory.max", "1"}}).empty());
  EXPECT_EQ(to_oom_properties({{"memory", "memory.oom.group", "1"}}),
            (UnitProperties{{{"OOMPolicy", std::string("kill")}, 253}}));
  EXPECT_EQ(to_oom_properties({{"memory", "memory.oom.group", "0"}}),
            (UnitProperties{{{"OOMPolicy", std::string("continue")}, 253}}));
}

TEST(UnitLimits, TheLastWordCounts) {
  const UnitProperties got = to_unit_limits({{"pids", "pids.max", "5"}, {"pids", "pids.max", "7"}});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].property.value, dbus::Value(std::uint64_t{7}));
}

TEST(UnitLimits, AQuotaIsPerSecondAndRoundedUp) {
  const struct {
    const char* name;
    CgroupWrites writes;
    std::uint64_t per_second;
    std::uint64_t period;
    const char* written;
  } rows[] = {
      {"exact", {{"cpu", "cpu.max", "50000 100000"}}, 500000, 100000, "50000 100000"},
      {"rounded", {{"cpu", "cpu.max", "12345 100000"}}, 130000, 100000, "13000 100000"},
      {"period", {{"cpu", "cpu.max", "1000 50000"}}, 20000, 50000, "1000 50000"},
      {"none", {{"cpu", "cpu.max", "max 100000"}}, kInfinity, 100000, "max 100000"},
      {"v1", {{"cpu", "cpu.cfs_quota_us", "12345"}}, 130000, 100000, "13000"},
      {"v1, no limit", {{"cpu", "cpu.cfs_quota_us", "-1"}}, kInfinity, 100000, "-1"},
      {"v1, both",
       {{"cpu", "cpu.cfs_quota_us", "1001"}, {"cpu", "cpu.cfs_period_us", "50000"}},
       30000,
       50000,
       "1500"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    CgroupWrites writes = row.writes;
    round_quotas(writes);
    EXPECT_EQ(writes[0].value, row.written);
    const UnitProperties got = to_unit_limits(writes);
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0].property, (dbus::Property{"CPUQuotaPerSecUSec", row.per_second}));
    EXPECT_EQ(got[1].property, (dbus::Property{"CPUQuotaPeriodUSec", row.period}));
  }
}

TEST(UnitProperties, OfAScopeAndOfASlice) {
  const UnitProperties scope =
      to_unit_properties({"rt-c.scope", "a.slice"}, "c", CgroupVersion::kV2);
  const auto has = [](const UnitProperties& all, const dbus::Property& one) {
    for (const UnitProperty& other : all) {
      if (other.property == one) return true;
    }
    return false;
  };
  EXPECT_TRUE(has(scope, {"Slice", std::string("a.slice")}));
  EXPECT_TRUE(has(scope, {"Delegate", true}));
  EXPECT_TRUE(has(scope, {"IOAccounting", true}));
  EXPECT_TRUE(has(scope, {"DefaultDependencies", false}));
  const UnitProperties slice = to_unit_properties({"x.slice", "a.slice"}, "c", CgroupVersion::kV1);
  EXPECT_TRUE(has(slice, {"Wants", dbus::Strings{"a.slice"}}));
  EXPECT_TRUE(has(slice, {"BlockIOAccounting", true}));
  EXPECT_FALSE(has(slice, {"Delegate", true}));
}

TEST(UnitProperties, AnOldSystemdDoesNotGetNewOnes) {
  const UnitProperties all{{{"TasksMax", std::uint64_t{1}}},
                           {{"OOMPolicy", std::string("kill")}, 253}};
  EXPECT_EQ(newest_of(all), 253U);
  EXPECT_EQ(known_to(252, all).size(), 1U);
  EXPECT_EQ(known_to(253, all).size(), 2U);
}

TEST(UnitAnnotations, AreGVariantText) {
  const struct {
    const char* name;
    const char* text;
    const char* property;
    dbus::Value value;
  } rows[] = {
      {"TimeoutStopUSec", "uint64 5000000", "TimeoutStopUSec", std::uint64_t{5000000}},
      {"TimeoutStopSec", "5", "TimeoutStopUSec", std::uint64_t{5000000}},
      {"CollectMode", "'inactive-or-failed'", "CollectMode", std::string("inactive-or-failed")},
      {"CollectMode", "\"inactive\"", "CollectMode", std::string("inactive")},
      {"After", "['a.service', 'b.service']", "After", dbus::Strings{"a.service", "b.service"}},
      {"After", "@as []", "After", dbus::Strings{}},
      {"DefaultDependencies", "true", "DefaultDependencies", true},
      {"KillSignal", "9", "KillSignal", std::int32_t{9}},
      {"MemoryMax", " 4096 ", "MemoryMax", std::uint64_t{4096}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.name) + "=" + row.text);
    const UnitProperties got =
        to_annotated_properties({{"org.systemd.property." + std::string(row.name), row.text}});
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].property, (dbus::Property{row.property, row.value}));
  }
  EXPECT_TRUE(to_annotated_properties({{"org.example", "x"}}).empty());
}

TEST(UnitAnnotations, WhatRunsProgramsOrIsNoneIsRefused) {
  const struct {
    const char* name;
    const char* text;
    const char* why;
  } rows[] = {
      {"ExecStartPre", "'/bin/sh'", "name incorrect"},
      {"User", "'root'", "name incorrect"},
      {"Environment", "['A=b']", "name incorrect"},
      {"Xy", "1", "name incorrect"},
      {"Memory_Max", "1", "name incorrect"},
      {"", "1", "name incorrect"},
      {"DeviceAllow", "@a(ss) []", "name incorrect"},
      {"Wants", "['reboot.target']", "name incorrect"},
      {"Conflicts", "['ssh.service']", "name incorrect"},
      {"MemoryMax", "'4096'", "value parse error"},
      {"MemoryMax", "int32 5", "value parse error"},
      {"MemoryMax", "-1", "value parse error"},
      {"MemoryMax", "5 6", "value parse error"},
      {"CollectMode", "inactive", "value parse error"},
      {"CollectMode", "'x", "value parse error"},
      {"After", "['a'", "value parse error"},
      {"After", "['a' 'b']", "value parse error"},
      {"SendSIGHUP", "1", "value parse error"},
      {"TimeoutStopSec", "18446744073709551615", "value parse error"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.name) + "=" + row.text);
    try {
      (void)to_annotated_properties({{"org.systemd.property." + std::string(row.name), row.text}});
      ADD_FAILURE();
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find(row.why), std::string::npos) << e.what();
      EXPECT_EQ(e.facts().pointer, "/annotations/org.systemd.property." + std::string(row.name));
    }
  }
}

}  // namespace
}  // namespace rt

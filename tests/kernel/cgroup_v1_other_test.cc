// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/kernel/cgroup_host.h"

namespace rt {
namespace {

class CgroupV1Other : public CgroupOn {
 protected:
  static std::string value(const Cgroup& group, const char* controller, const std::string& file) {
    std::string text = read_file_at(group.fd_of(controller), file);
    text.pop_back();
    return text;
  }
  static bool has(const Cgroup& group, const char* controller, const std::string& file) {
    return group.version_of(controller) == CgroupVersion::kV1 &&
           ::faccessat(group.fd_of(controller), file.c_str(), F_OK, 0) == 0;
  }
  void update(const Cgroup& group, const spec::Resources& resources) const {
    group.apply(to_cgroup_writes(resources, host_));
  }
};
RT_ON_HOST(CgroupV1Other, Host::kAsIs);

// Any block device, as "MAJ:MIN"; "" if there is none.
std::string some_block_device() {
  for (const auto& entry : std::filesystem::directory_iterator("/sys/block")) {
    const std::string line = read_file(entry.path().string() + "/dev");
    return std::string(trim(line));
  }
  return {};
}

TEST_P(CgroupV1Other, BlockIoIsReadBack) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    const std::string file = "blkio.throttle.write_iops_device";
    const std::string device = some_block_device();
    if (!device.empty() && has(group, "blkio", file)) {
      const auto numbers = split(device, ':');
      spec::ThrottleDevice limit{.major = std::atoi(numbers[0].data()),
                                 .minor = std::atoi(numbers[1].data()),
                                 .rate = 1000};
      const auto set = [&](std::uint64_t rate) {
        limit.rate = rate;
        update(group, {.block_io = spec::BlockIo{.throttle_read_bps_device = {limit},
                                                 .throttle_write_iops_device = {limit}}});
      };
      set(1000);
      EXPECT_EQ(value(group, "blkio", file), device + " 1000");
      EXPECT_EQ(value(group, "blkio", "blkio.throttle.read_bps_device"), device + " 1000");
      set(0);
      EXPECT_EQ(read_file_at(group.fd_of("blkio"), file), "");
      limit.major = 4000;
      EXPECT_THROW(set(1), Error);
    }
    for (const char* weight : {"blkio.weight", "blkio.bfq.weight"}) {
      if (!has(group, "blkio", weight)) continue;
      update(group, {.block_io = spec::BlockIo{.weight = 300}});
      EXPECT_EQ(value(group, "blkio", weight), "300");
      break;
    }
    group.remove(soon());
  });
}

TEST_P(CgroupV1Other, SwappinessAndOomKillerAreWritten) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    if (!has(group, "memory", "memory.swappiness")) return;
    update(group, {.memory = spec::Memory{.swappiness = 10, .disable_oom_killer = true}});
    EXPECT_EQ(value(group, "memory", "memory.swappiness"), "10");
    EXPECT_TRUE(value(group, "memory", "memory.oom_control").starts_with("oom_kill_disable 1"));
    update(group, {.memory = spec::Memory{.swappiness = 0, .disable_oom_killer = false}});
    EXPECT_EQ(value(group, "memory", "memory.swappiness"), "0");
    group.remove(soon());
  });
}

// RM-06: on a kernel before 5.16 it is a limit, later a warning; lifting it is always possible.
TEST_P(CgroupV1Other, KernelMemoryIsNoReasonToFail) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    if (!has(group, "memory", "memory.limit_in_bytes")) return;
    EXPECT_NO_THROW(update(group, {.memory = spec::Memory{.kernel = spec::Limit{1U << 30}}}));
    EXPECT_NO_THROW(update(group, {.memory = spec::Memory{.kernel = spec::Unlimited{}}}));
    group.remove(soon());
  });
}

TEST_P(CgroupV1Other, RealtimeGrowsAndShrinksInEitherOrder) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    if (!has(group, "cpu", "cpu.rt_runtime_us")) return;
    const struct {
      std::int64_t runtime;
      std::uint64_t period;
    } rows[] = {{1000, 100000}, {200000, 900000}, {500, 1000}, {400000, 1000000}};
    for (const auto& row : rows) {
      update(group,
             {.cpu = spec::Cpu{.realtime_runtime = row.runtime, .realtime_period = row.period}});
      EXPECT_EQ(value(group, "cpu", "cpu.rt_runtime_us"), std::to_string(row.runtime));
      EXPECT_EQ(value(group, "cpu", "cpu.rt_period_us"), std::to_string(row.period));
    }
    group.remove(soon());
  });
}

// The network controllers are not on any hierarchy here: mounted for the test where nobody else
// has them.
TEST_P(CgroupV1Other, NetworkClassAndPriorities) {
  on_host([&](const std::string& top) {
    const CgroupHost host = host_;
    char dir[] = "/tmp/rt-test-XXXXXX";
    ASSERT_NE(::mkdtemp(dir), nullptr);
    sys::unshare(CLONE_NEWNS);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    if (::mount("cgroup", dir, "cgroup", 0, "net_cls,net_prio") == 0) {
      host_ = find_cgroups();
      Cgroup group = Cgroup::create(at(top));
      update(group, {.network = spec::Network{.class_id = 1048577, .priorities = {{"lo", 5}}}});
      EXPECT_EQ(value(group, "net_cls", "net_cls.classid"), "1048577");
      EXPECT_NE(value(group, "net_prio", "net_prio.ifpriomap").find("lo 5"), std::string::npos);
      EXPECT_THROW(update(group, {.network = spec::Network{.priorities = {{"no-such-if", 5}}}}),
                   Error);
      group.remove(soon());
      group = Cgroup();  // its descriptors keep the mount busy
      EXPECT_EQ(::umount(dir), 0);
      // The hierarchy goes with its last mount, if the kernel has freed our cgroup by then.
      const auto lingers = [] {
        return read_file("/proc/self/cgroup").find("net_cls") != std::string::npos;
      };
      for (int i = 1; i <= 500 && lingers(); ++i) {
        ::usleep(10000);
        if (i % 25 == 0 && ::mount("cgroup", dir, "cgroup", 0, "net_cls,net_prio") == 0)
          ::umount(dir);
      }
      EXPECT_FALSE(lingers());
      host_ = host;
    }
    ::rmdir(dir);
  });
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstdlib>

#include "runtime/kernel/cgroup/devices_bpf.h"
#include "runtime/kernel/cgroup/oom_kills.h"
#include "runtime/kernel/cgroup/plan.h"
#include "tests/kernel/cgroup_host.h"

namespace rt {
namespace {

class CgroupDevices : public CgroupOn {};
RT_ON_EVERY_HOST(CgroupDevices);

TEST_P(CgroupDevices, RefusedDevicesCannotBeOpened) {
  on_host([&](const std::string& top) {
    char dir[] = "/tmp/rt-test-XXXXXX";
    ASSERT_NE(::mkdtemp(dir), nullptr);
    const std::string refused = std::string(dir) + "/kmsg";
    const std::string allowed = std::string(dir) + "/null";
    ASSERT_EQ(::mknod(refused.c_str(), S_IFCHR | 0600, makedev(1, 11)), 0);
    ASSERT_EQ(::mknod(allowed.c_str(), S_IFCHR | 0600, makedev(1, 3)), 0);
    const auto can_open = [](const std::string& path) {
      const Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
      return fd.valid();
    };
    EXPECT_TRUE(can_open(refused) && can_open(allowed)) << "the directory has no devices";

    const auto try_in = [&](const Cgroup& group, auto body) {
      in_child([&] {
        group.attach(::getpid(), Cgroup::Where::kEverywhere);
        body();
      });
    };
    Cgroup group = Cgroup::create(at(top));
    const auto set_policy = [&](const std::optional<spec::Resources>& resources) {
      const CgroupPlan plan = to_cgroup_plan(host_, top, "c1", resources);
      group.apply(plan.writes);
      if (!plan.device_program.empty()) {
        EXPECT_EQ(attach_device_program(group.into_fd(), plan.device_program),
                  DeviceFilter::kAttached);
      }
    };
    set_policy({});
    try_in(group, [&] {
      EXPECT_FALSE(can_open(refused));
      EXPECT_EQ(errno, EPERM);
      EXPECT_TRUE(can_open(allowed));
      const std::string node = std::string(dir) + "/loop";
      EXPECT_EQ(::mknod(node.c_str(), S_IFBLK | 0600, makedev(7, 0)), 0);
      EXPECT_FALSE(can_open(node));
      EXPECT_EQ(errno, EPERM);
    });
    set_policy(spec::Resources{.devices = {{.allow = true, .access = "rwm"}}});
    try_in(group, [&] { EXPECT_TRUE(can_open(refused)); });
    set_policy(spec::Resources{.devices = {{.allow = false, .access = "rwm"}}});
    try_in(group, [&] { EXPECT_FALSE(can_open(refused)); });
    group.remove(soon());
    for (const char* name : {"/kmsg", "/null", "/loop"})
      ::unlink((dir + std::string(name)).c_str());
    ::rmdir(dir);
  });
}

class CgroupV1Limits : public CgroupOn {
 protected:
  [[nodiscard]] std::string value(const Cgroup& group, const char* controller,
                                  const std::string& file) const {
    std::string text = read_file_at(group.fd_of(controller), file);
    text.pop_back();
    return text;
  }
  void update(const Cgroup& group, const spec::Resources& resources) const {
    group.apply(to_cgroup_writes(resources, host_));
  }
  [[nodiscard]] bool has_v1(const char* controller) const {
    return host_.version_of(controller) == CgroupVersion::kV1;
  }
};
RT_ON_HOST(CgroupV1Limits, Host::kAsIs);

spec::Limit mib(std::uint64_t count) {
  return count << 20;
}

TEST_P(CgroupV1Limits, MemoryGrowsAndShrinksInEitherOrder) {
  on_host([&](const std::string& top) {
    if (!has_v1("memory")) return;
    Cgroup group = Cgroup::create(at(top));
    const bool memsw =
        ::faccessat(group.fd_of("memory"), "memory.memsw.limit_in_bytes", F_OK, 0) == 0;
    const auto set = [&](spec::Limit limit, spec::Limit swap) {
      spec::Memory memory{.limit = limit};
      if (memsw) memory.swap = swap;
      update(group, {.memory = memory});
    };
    for (const std::uint64_t size : {64U, 512U, 32U}) {
      set(mib(size), mib(size * 2));
      EXPECT_EQ(value(group, "memory", "memory.limit_in_bytes"), std::to_string(size << 20));
      if (memsw) {
        EXPECT_EQ(value(group, "memory", "memory.memsw.limit_in_bytes"),
                  std::to_string(size << 21));
      }
    }
    set(spec::Unlimited{}, spec::Unlimited{});
    EXPECT_GT(value(group, "memory", "memory.limit_in_bytes").size(), 15U);
    const auto check = [&](spec::Limit limit, bool wanted) {
      group.check_before_update(
          {.memory = spec::Memory{.limit = limit, .check_before_update = wanted}});
    };
    in_child([&] {
      group.attach(::getpid(), Cgroup::Where::kEverywhere);
      volatile char* const block = static_cast<char*>(std::malloc(4U << 20));
      for (std::size_t i = 0; i < 4U << 20; i += 4096) block[i] = 1;
      EXPECT_NO_THROW(check(mib(1024), true));
      EXPECT_NO_THROW(check(spec::Unlimited{}, true));
      EXPECT_NO_THROW(check(mib(1), false));
      EXPECT_THROW(check(mib(1), true), Error);
    });
    group.remove(soon());
  });
}

TEST_P(CgroupV1Limits, CpuPidsAndCpusetAreWritten) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    if (has_v1("cpu")) {
      update(group,
             {.cpu = spec::Cpu{.shares = 512, .quota = spec::Limit{20000U}, .period = 50000}});
      EXPECT_EQ(value(group, "cpu", "cpu.shares"), "512");
      EXPECT_EQ(value(group, "cpu", "cpu.cfs_quota_us"), "20000");
      EXPECT_EQ(value(group, "cpu", "cpu.cfs_period_us"), "50000");
      update(group, {.cpu = spec::Cpu{.quota = spec::Unlimited{}, .period = 100000}});
      EXPECT_EQ(value(group, "cpu", "cpu.cfs_quota_us"), "-1");
    }
    if (has_v1("pids")) {
      update(group, {.pids = spec::Pids{.limit = spec::Limit{7U}}});
      EXPECT_EQ(value(group, "pids", "pids.max"), "7");
    }
    if (has_v1("cpuset")) {
      EXPECT_NE(value(group, "cpuset", "cpuset.cpus"), "");
      update(group, {.cpu = spec::Cpu{.cpus = "0", .mems = "0"}});
      EXPECT_EQ(value(group, "cpuset", "cpuset.cpus"), "0");
    }
    group.remove(soon());
  });
}

TEST_P(CgroupV1Limits, AnOutOfMemoryKillIsCounted) {
  on_host([&](const std::string& top) {
    if (!has_v1("memory")) return;
    Cgroup group = Cgroup::create(at(top));
    update(group, {.memory = spec::Memory{.limit = mib(8), .swap = mib(8)}});
    EXPECT_EQ(OomKills::counted(group), 0U);
    const OomKills kills(group, OomKills::Goes::kWithContainer);
    const OomKills of_scope(group, OomKills::Goes::kWithLastProcess);
    EXPECT_FALSE(kills.happened());
    const int status = status_of_child([&] {
      group.attach(::getpid(), Cgroup::Where::kEverywhere);
      volatile char* const block = static_cast<char*>(std::malloc(64U << 20));
      for (std::size_t i = 0; i < 64U << 20; i += 4096) block[i] = 1;
    });
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    EXPECT_EQ(OomKills::counted(group), 1U);
    EXPECT_TRUE(kills.happened());
    Cgroup again = Cgroup::create(at(top));
    again.keep();
    EXPECT_FALSE(OomKills(again, OomKills::Goes::kWithContainer).happened());
    group.remove(soon());
    EXPECT_FALSE(of_scope.happened());  // v1 counts each for itself
  });
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/scheduling.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "runtime/base/error.h"
#include "runtime/base/sys_sched.h"
#include "runtime/kernel/memory_policy.h"
#include "tests/support/in_child.h"

namespace rt {
namespace {

constexpr std::uint8_t kRealTime = 1;    // IOPRIO_CLASS_RT
constexpr std::uint8_t kBestEffort = 2;  // IOPRIO_CLASS_BE

constexpr unsigned kResetOnFork = 0x1;  // SCHED_FLAG_RESET_ON_FORK
constexpr unsigned kDeadline = 6;       // SCHED_DEADLINE

template <class Body>
int errno_of(Body body) {
  try {
    body();
  } catch (const Error& e) {
    return e.facts().error_number;
  }
  return 0;
}

bool is_root() {
  return ::geteuid() == 0;
}

TEST(Scheduler, BatchWithNice) {
  in_child([] {
    set_scheduler({.policy = SCHED_BATCH, .nice = 5});
    EXPECT_EQ(::sched_getscheduler(0), SCHED_BATCH);
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), 5);
  });
}

TEST(Scheduler, RealTimeWithPriorityAndFlags) {
  if (!is_root()) GTEST_SKIP() << "needs root";
  in_child([] {
    set_scheduler({.policy = SCHED_FIFO, .flags = kResetOnFork, .priority = 7});
    const sys::SchedAttributes got = sys::sched_getattr();
    EXPECT_EQ(got.policy, unsigned{SCHED_FIFO});
    EXPECT_EQ(got.priority, 7U);
    EXPECT_EQ(got.flags, kResetOnFork);
  });
}

TEST(Scheduler, DeadlineTakesAllThreeTimes) {
  if (!is_root()) GTEST_SKIP() << "needs root";
  in_child([] {
    set_scheduler(
        {.policy = kDeadline, .runtime = 1'000'000, .deadline = 20'000'000, .period = 50'000'000});
    const sys::SchedAttributes got = sys::sched_getattr();
    EXPECT_EQ(got.policy, kDeadline);
    EXPECT_EQ(got.runtime, 1'000'000U);
    EXPECT_EQ(got.deadline, 20'000'000U);
    EXPECT_EQ(got.period, 50'000'000U);
  });
}

TEST(Scheduler, WhatTheKernelRefusesIsAnError) {
  in_child([] {
    EXPECT_EQ(errno_of([] { set_scheduler({.policy = 4}); }), EINVAL);  // SCHED_ISO
    EXPECT_EQ(errno_of([] { set_scheduler({.policy = kDeadline, .runtime = 2, .deadline = 1}); }),
              EINVAL);
  });
}

TEST(IoPriority, IsThatOfTheWholeGroup) {
  in_child([] {
    ASSERT_EQ(::setpgid(0, 0), 0);
    set_io_priority({.io_class = kBestEffort, .level = 6});
    EXPECT_EQ(::syscall(SYS_ioprio_get, sys::kIoprioWhoProcess, 0),
              kBestEffort << sys::kIoprioClassShift | 6);
  });
}

TEST(IoPriority, RealTimeNeedsPrivilege) {
  if (!is_root()) GTEST_SKIP() << "needs root";
  in_child([] {
    ASSERT_EQ(::setpgid(0, 0), 0);
    ASSERT_EQ(::setresuid(65534, 65534, 65534), 0);
    EXPECT_EQ(errno_of([] { set_io_priority({.io_class = kRealTime, .level = 0}); }), EPERM);
  });
}

TEST(Personality, Linux32ChangesTheMachineName) {
  in_child([] {
    set_personality(PER_LINUX32);
    EXPECT_EQ(::personality(0xffffffff), PER_LINUX32);
#ifdef __x86_64__
    utsname names{};
    ASSERT_EQ(::uname(&names), 0);
    EXPECT_STREQ(names.machine, "i686");
#endif
  });
}

TEST(Personality, LinuxClearsWhatWasInherited) {
  in_child([] {
    ASSERT_GE(::personality(unsigned{PER_LINUX32} | unsigned{ADDR_NO_RANDOMIZE}), 0);
    set_personality(PER_LINUX);
    EXPECT_EQ(::personality(0xffffffff), PER_LINUX);
  });
}

constexpr unsigned kBind = 2;                         // MPOL_BIND
constexpr unsigned kInterleaveStatic = 3 | 1U << 15;  // MPOL_INTERLEAVE, MPOL_F_STATIC_NODES

// get_mempolicy(2); -1 where this kernel has no NUMA.
long memory_mode(std::uint64_t& first_nodes) {
  int mode = -1;
  std::uint64_t nodes[16] = {};  // the kernel may have 1024 nodes
  const long result = ::syscall(SYS_get_mempolicy, &mode, nodes, 1025UL, nullptr, 0UL);
  first_nodes = nodes[0];
  return result < 0 ? result : mode;
}

bool has_numa() {
  std::uint64_t nodes[16] = {};
  return ::syscall(SYS_get_mempolicy, nullptr, nodes, 1025UL, nullptr, 0UL) == 0;
}

TEST(MemoryPolicy, BindToTheFirstNodeAndBack) {
  if (!has_numa()) GTEST_SKIP() << "no NUMA in this kernel";
  in_child([] {
    std::uint64_t nodes = 0;
    set_memory_policy({.mode = kBind, .nodes = {1}});
    EXPECT_EQ(memory_mode(nodes), kBind);
    EXPECT_EQ(nodes, 1U);
    set_memory_policy({});
    EXPECT_EQ(memory_mode(nodes), 0);
  });
}

TEST(MemoryPolicy, FlagsAreKept) {
  if (!has_numa()) GTEST_SKIP() << "no NUMA in this kernel";
  in_child([] {
    std::uint64_t nodes = 0;
    set_memory_policy({.mode = kInterleaveStatic, .nodes = {1}});
    EXPECT_EQ(memory_mode(nodes), kInterleaveStatic);
  });
}

TEST(MemoryPolicy, NodesThatAreNotThereAreRefused) {
  if (!has_numa()) GTEST_SKIP() << "no NUMA in this kernel";
  in_child([] {
    std::vector<std::uint64_t> last_node(16, 0);
    last_node.back() = std::uint64_t{1} << 63;
    EXPECT_EQ(errno_of([&] { set_memory_policy({.mode = kBind, .nodes = last_node}); }), EINVAL);
    EXPECT_EQ(errno_of([] { set_memory_policy({.mode = 99}); }), EINVAL);
  });
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>

#include "tests/kernel/cgroup_host.h"

namespace rt {
namespace {

class CgroupEnding : public CgroupOn {};
RT_ON_EVERY_HOST(CgroupEnding);

TEST_P(CgroupEnding, ProcessesAreFoundAtAnyDepth) {
  on_host([&](const std::string& top) {
    Sleeper one;
    Sleeper two;
    Cgroup group = Cgroup::create(at(top));
    const Cgroup nested = nested_in(group, "/x/y");
    group.attach(one.pid(), Cgroup::Where::kEverywhere);
    nested.attach(two.pid(), Cgroup::Where::kEverywhere);
    std::vector<pid_t> want{one.pid(), two.pid()};
    std::sort(want.begin(), want.end());
    EXPECT_EQ(group.pids(), want);
    group.kill_all();
    group.remove(soon());
    EXPECT_TRUE(one.killed_by(SIGKILL));
    EXPECT_TRUE(two.killed_by(SIGKILL));
  });
}

TEST_P(CgroupEnding, CloneCanBeginInside) {
  on_host([&](const std::string& top) {
    if (!host_.has_unified()) return;
    Cgroup group = Cgroup::create(at(top));
    Sleeper sleeper(group);
    group.attach(sleeper.pid(), Cgroup::Where::kLegacy);
    EXPECT_EQ(group.pids(), (std::vector<pid_t>{sleeper.pid()}));
    group.kill_all();
    group.remove(soon());
  });
}

TEST_P(CgroupEnding, FreezeAndThaw) {
  on_host([&](const std::string& top) {
    Sleeper sleeper;
    Cgroup group = Cgroup::create(at(top));
    group.attach(sleeper.pid(), Cgroup::Where::kEverywhere);
    EXPECT_FALSE(group.frozen());
    group.freeze(soon());
    EXPECT_TRUE(group.frozen());
    group.freeze(soon());
    group.thaw(soon());
    EXPECT_FALSE(group.frozen());
    group.kill_all();
    group.remove(soon());
  });
}

TEST_P(CgroupEnding, KillReachesFrozenProcessesAtEveryLevel) {
  on_host([&](const std::string& top) {
    Sleeper one;
    Sleeper two;
    Cgroup group = Cgroup::create(at(top));
    const Cgroup nested = nested_in(group, "/x");
    group.attach(one.pid(), Cgroup::Where::kEverywhere);
    nested.attach(two.pid(), Cgroup::Where::kEverywhere);
    nested.freeze(soon());
    group.freeze(soon());
    group.kill_all();
    EXPECT_TRUE(one.killed_by(SIGKILL));
    EXPECT_TRUE(two.killed_by(SIGKILL));
    group.remove(soon());
  });
}

TEST_P(CgroupEnding, KillReachesWhatIsInALegacyHierarchyAlone) {
  on_host([&](const std::string& top) {
    Sleeper sleeper;
    Cgroup group = Cgroup::create(at(top));
    group.attach(sleeper.pid(), Cgroup::Where::kLegacy);
    group.kill_all();
    if (!host_.unified_only()) {
      EXPECT_TRUE(sleeper.killed_by(SIGKILL));
    }
    group.remove(soon());
  });
}

TEST_P(CgroupEnding, RemoveNamesWhatSurvives) {
  on_host([&](const std::string& top) {
    Sleeper sleeper;
    Cgroup group = Cgroup::create(at(top));
    group.attach(sleeper.pid(), Cgroup::Where::kEverywhere);
    try {
      group.remove(Deadline::in(milliseconds(50)));
      ADD_FAILURE() << "removed";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::kDeadline);
      EXPECT_EQ(error.what(), "remove cgroup: cgroup \"" + top.substr(1) +
                                  "\" stays in use: " + std::to_string(sleeper.pid()));
    }
    EXPECT_TRUE(sleeper.alive());
    group.kill_all();
    group.remove(soon());  // can be repeated
  });
}

TEST_P(CgroupEnding, AWideAndDeepTreeGoesWithFewDescriptors) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    std::string deep = top;
    for (int i = 0; i < 64; ++i) deep += "/..d";
    Cgroup::create(at(deep)).keep();
    for (int i = 0; i < 200; ++i) {
      for (const CgroupPlace& place : group.places()) {
        const std::string dir = place.mount_point + top + "/w" + std::to_string(i);
        ASSERT_EQ(::mkdir(dir.c_str(), 0755), 0) << dir;
      }
    }
    const rlimit few{.rlim_cur = 32, .rlim_max = 32};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    group.kill_all();
    group.remove(soon());
  });
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>

#include "runtime/kernel/cgroup/handle.h"
#include "runtime/kernel/cgroup/oom_kills.h"
#include "tests/kernel/cgroup_host.h"

namespace rt {
namespace {

RT_ON_EVERY_HOST(CgroupOn);

TEST_P(CgroupOn, CreateMakesTheLevelsAndRemoveTakesThemAway) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top + "/a/b"));
    for (const CgroupPlace& place : group.places()) {
      EXPECT_EQ(place.made_levels, 3U);
      EXPECT_TRUE(exists(place));
    }
    EXPECT_FALSE(group.gone());
    EXPECT_EQ(group.into_fd() >= 0, host_.has_unified());
    group.remove(soon());
    EXPECT_TRUE(group.gone());
  });
}

TEST_P(CgroupOn, LevelsThatWereThereStay) {
  on_host([&](const std::string& top) {
    Cgroup outer = Cgroup::create(at(top));
    for (const CgroupPlace& place : survey_cgroups(at(top + "/a/b"))) {
      EXPECT_EQ(place.made_levels, 2U);
    }
    Cgroup inner = Cgroup::create(at(top + "/a/b"));
    EXPECT_EQ(inner.places(),
              survey_cgroups(at(top + "/a/b")).empty() ? CgroupPlaces{} : inner.places());
    for (const CgroupPlace& place : inner.places()) EXPECT_EQ(place.made_levels, 2U);
    inner.remove(soon());
    for (const CgroupPlace& place : outer.places()) {
      EXPECT_TRUE(exists(place));
      EXPECT_FALSE(exists(place, "/a"));
    }
    outer.remove(soon());
  });
}

TEST_P(CgroupOn, AParentThatOthersUseStays) {
  on_host([&](const std::string& top) {
    Cgroup one = Cgroup::create(at(top + "/one"));
    Cgroup two = Cgroup::create(at(top + "/two"));
    one.remove(soon());
    for (const CgroupPlace& place : two.places()) EXPECT_TRUE(exists(place));
    two.remove(soon());
    Cgroup rest = Cgroup::open(one.places());  // `one` made the parent, and takes it in the end
    rest.remove(soon());
  });
}

TEST_P(CgroupOn, ALeafThatWasThereIsEmptiedButNotRemoved) {
  on_host([&](const std::string& top) {
    Cgroup first = Cgroup::create(at(top));
    Cgroup second = Cgroup::create(at(top));
    for (const CgroupPlace& place : second.places()) EXPECT_EQ(place.made_levels, 0U);
    Cgroup nested = Cgroup::create(at(top + "/made/inside"));
    nested.keep();
    second.remove(soon());
    for (const CgroupPlace& place : first.places()) {
      EXPECT_TRUE(exists(place));
      EXPECT_FALSE(exists(place, "/made"));
    }
    first.remove(soon());
  });
}

TEST_P(CgroupOn, TheDestructorKillsAndRemovesUnlessKept) {
  on_host([&](const std::string& top) {
    Sleeper sleeper;
    {
      const Cgroup group = Cgroup::create(at(top));
      group.attach(sleeper.pid(), Cgroup::Where::kEverywhere);
    }
    EXPECT_TRUE(sleeper.killed_by(SIGKILL));
    Cgroup kept;
    EXPECT_TRUE(kept.none());
    {
      Cgroup group = Cgroup::create(at(top));
      group.keep();
      kept = std::move(group);
    }
    EXPECT_FALSE(kept.gone());
    kept.remove(soon());
  });
}

TEST_P(CgroupOn, ALeafInUseIsRefusedAndItsProcessesLive) {
  on_host([&](const std::string& top) {
    Sleeper sleeper;
    Cgroup other = Cgroup::create(at(top));
    other.attach(sleeper.pid(), Cgroup::Where::kEverywhere);
    try {
      (void)Cgroup::create(at(top));
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::kCgroupFailed);
      EXPECT_NE(std::strstr(error.what(), "container's cgroup is not empty: 1 process(es) found"),
                nullptr)
          << error.what();
    }
    EXPECT_TRUE(sleeper.alive());
    other.kill_all();
    other.remove(soon());
    EXPECT_TRUE(sleeper.killed_by(SIGKILL));
  });
}

TEST_P(CgroupOn, AFrozenLeafIsRefused) {
  on_host([&](const std::string& top) {
    Cgroup other = Cgroup::create(at(top));
    other.freeze(soon());
    for (const std::string& path : {top, top + "/below"}) {
      try {
        (void)Cgroup::create(at(path));
        ADD_FAILURE() << "accepted " << path;
      } catch (const Error& error) {
        EXPECT_NE(std::strstr(error.what(), "container's cgroup unexpectedly frozen"), nullptr)
            << error.what();
      }
    }
    other.remove(soon());
  });
}

TEST_P(CgroupOn, ARecordWhoseCgroupVanishedIsFine) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    Cgroup before = Cgroup::open(group.places());
    group.remove(soon());
    Cgroup after = Cgroup::open(group.places());
    for (Cgroup* one : {&before, &after}) {
      EXPECT_TRUE(one->gone());
      EXPECT_FALSE(one->none());
      EXPECT_TRUE(one->pids().empty());
      EXPECT_FALSE(one->frozen());
      EXPECT_EQ(OomKills::counted(*one), std::nullopt);
      EXPECT_FALSE(OomKills(*one, OomKills::Goes::kWithLastProcess).happened());
      one->kill_all();
      one->remove(soon());
    }
  });
}

TEST_P(CgroupOn, WhatWasMadeIsUndoneWhenALaterLevelFails) {
  on_host([&](const std::string& top) {
    EXPECT_THROW((void)Cgroup::create(at(top + "/a/" + std::string(255, 'x') + "/b\nb")), Error);
  });
}

TEST(Cgroup, NoCgroupDoesNothing) {
  Cgroup none;
  EXPECT_TRUE(none.none());
  EXPECT_TRUE(none.gone());
  EXPECT_EQ(none.into_fd(), -1);
  EXPECT_FALSE(none.inner_of(1));
  EXPECT_TRUE(none.pids().empty());
  EXPECT_FALSE(none.frozen());
  none.attach(::getpid(), Cgroup::Where::kEverywhere);
  none.apply({});
  none.kill_all();
  none.remove(Deadline::never());
  EXPECT_THROW(none.freeze(Deadline::never()), Error);
  EXPECT_EQ(OomKills::counted(none), std::nullopt);
  EXPECT_FALSE(OomKills(none, OomKills::Goes::kWithLastProcess).happened());
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/capabilities.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/error.h"
#include "runtime/base/sys_caps.h"
#include "runtime/kernel/capabilities_apply.h"
#include "runtime/kernel/identity.h"
#include "spec/names.h"
#include "tests/support/in_child.h"

namespace rt {
namespace {

constexpr std::uint64_t bit(unsigned cap) {
  return std::uint64_t{1} << cap;
}
constexpr CapabilityLimits kAll{
    .known = ~0ULL >> 23, .bounding = ~0ULL >> 23, .permitted = ~0ULL >> 23};

TEST(Capabilities, AbsentMeansNone) {
  const CapabilityPlan plan = to_capability_plan({}, kAll);
  EXPECT_EQ(plan.masks, CapabilityMasks{});
  EXPECT_TRUE(plan.warnings.empty());
}

TEST(Capabilities, EachSetHoldsExactlyWhatIsListed) {
  const CapabilityPlan plan =
      to_capability_plan(spec::Capabilities{.bounding = {"CAP_CHOWN", "CAP_KILL", "CAP_BPF"},
                                            .effective = {"CAP_CHOWN"},
                                            .inheritable = {"CAP_KILL"},
                                            .permitted = {"CAP_CHOWN", "CAP_KILL"},
                                            .ambient = {"CAP_KILL"}},
                         kAll);
  EXPECT_EQ(plan.masks, (CapabilityMasks{.bounding = bit(0) | bit(5) | bit(39),
                                         .effective = bit(0),
                                         .inheritable = bit(5),
                                         .permitted = bit(0) | bit(5),
                                         .ambient = bit(5)}));
  EXPECT_TRUE(plan.warnings.empty());
}

TEST(Capabilities, WhatCannotBeGrantedIsLeftOutWithAWarning) {
  const struct {
    const char* name;
    spec::Capabilities in;
    CapabilityMasks want;
    const char* warning;
  } rows[] = {
      {"unknown",
       {.bounding = {"CAP_FLY"}},
       {},
       "capability left out of the bounding set: \"CAP_FLY\" is not a known capability"},
      {"lower case is another word",
       {.bounding = {"cap_chown"}},
       {},
       "capability left out of the bounding set: \"cap_chown\" is not a known capability"},
      {"no prefix",
       {.bounding = {"CHOWN"}},
       {},
       "capability left out of the bounding set: \"CHOWN\" is not a known capability"},
      {"newer than the kernel",
       {.bounding = {"CAP_CHECKPOINT_RESTORE"}},
       {},
       "capability left out of the bounding set: CAP_CHECKPOINT_RESTORE is not known to this "
       "kernel"},
      {"not in our bounding set",
       {.bounding = {"CAP_SYS_ADMIN"}},
       {},
       "capability left out of the bounding set: CAP_SYS_ADMIN is not in our own bounding set"},
      {"not permitted to us",
       {.permitted = {"CAP_SYS_ADMIN"}},
       {},
       "capability left out of the permitted set: CAP_SYS_ADMIN is not permitted to us"},
      {"effective beyond permitted",
       {.effective = {"CAP_CHOWN"}},
       {},
       "capability left out of the effective set: CAP_CHOWN is not in the permitted set"},
      {"inheritable beyond bounding",
       {.inheritable = {"CAP_CHOWN"}},
       {},
       "capability left out of the inheritable set: CAP_CHOWN is not in the bounding set"},
      {"ambient beyond inheritable",
       {.permitted = {"CAP_CHOWN"}, .ambient = {"CAP_CHOWN"}},
       {.permitted = bit(0)},
       "capability left out of the ambient set: CAP_CHOWN is not both permitted and inheritable"},
  };
  const CapabilityLimits limits{
      .known = bit(40) - 1, .bounding = bit(0), .permitted = bit(0) | bit(5)};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const CapabilityPlan plan = to_capability_plan(row.in, limits);
    EXPECT_EQ(plan.masks, row.want);
    EXPECT_EQ(plan.warnings, (std::vector<std::string>{row.warning}));
  }
}

TEST(Capabilities, AUserNamespaceGivesEverythingKnown) {
  const CapabilityLimits limits{.known = 7, .bounding = 1, .permitted = 0};
  EXPECT_EQ(limits.in_user_namespace().bounding, 7U);
  EXPECT_EQ(limits.in_user_namespace().permitted, 7U);
}

TEST(Capabilities, TheTableOfTheSpecificationIsKnown) {
  EXPECT_EQ(known_capabilities().size(), spec::kCapabilityNames.size());
  EXPECT_EQ(known_capabilities().front(), "CAP_CHOWN");
  EXPECT_EQ(known_capabilities().back(), "CAP_CHECKPOINT_RESTORE");
}

TEST(Capabilities, LimitsAreThoseOfThisProcess) {
  const CapabilityLimits limits = capability_limits();
  EXPECT_EQ(limits.bounding & ~limits.known, 0U);
  EXPECT_EQ(limits.permitted & ~limits.known, 0U);
  EXPECT_NE(limits.known, 0U);
}

TEST(CapabilitiesApply, TheKernelShowsWhatWasAskedFor) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  in_child([] {
    const CapabilityMasks masks{.bounding = bit(CAP_CHOWN) | bit(CAP_KILL) | bit(CAP_SYS_PTRACE),
                                .effective = bit(CAP_CHOWN),
                                .inheritable = bit(CAP_KILL),
                                .permitted = bit(CAP_CHOWN) | bit(CAP_KILL),
                                .ambient = bit(CAP_KILL)};
    drop_bounding(masks);
    apply_capabilities(masks);
    EXPECT_EQ(sys::bounding_set().present, masks.bounding);
    EXPECT_EQ(sys::capget(), (sys::CapSets{masks.effective, masks.permitted, masks.inheritable}));
    EXPECT_EQ(sys::ambient_set(), masks.ambient);
    EXPECT_EQ(::prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0), 0);
  });
}

TEST(CapabilitiesApply, SurvivesAChangeOfUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  in_child([] {
    const CapabilityMasks masks{.bounding = bit(CAP_KILL),
                                .effective = bit(CAP_KILL),
                                .inheritable = bit(CAP_KILL),
                                .permitted = bit(CAP_KILL),
                                .ambient = bit(CAP_KILL)};
    drop_bounding(masks);
    ASSERT_EQ(::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), 0);
    ASSERT_EQ(::setresuid(65534, 65534, 65534), 0);
    apply_capabilities(masks);
    EXPECT_EQ(sys::ambient_set(), masks.ambient);
  });
}

TEST(CapabilitiesApply, ANewUserKeepsThemOnlyOnce) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  in_child([] {
    const IdentityPlan plan{
        .uid = 65534,
        .gid = 65534,
        .capabilities = {
            .bounding = bit(CAP_KILL), .effective = bit(CAP_KILL), .permitted = bit(CAP_KILL)}};
    become(plan, 0);
    EXPECT_EQ(sys::capget(), (sys::CapSets{bit(CAP_KILL), bit(CAP_KILL), 0}));
    EXPECT_EQ(::prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0), 0);
  });
}

TEST(CapabilitiesApply, WhatTheCallerHasAsAmbientIsNotPassedOn) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const std::uint64_t kept = bit(CAP_KILL);
  for (const std::uint64_t inheritable : {std::uint64_t{0}, kept}) {
    in_child([&] {
      sys::CapSets own = sys::capget();
      own.inheritable = kept;
      sys::capset(own);
      sys::ambient_raise(CAP_KILL);
      ASSERT_EQ(sys::ambient_set(), kept);
      apply_capabilities({.inheritable = inheritable, .permitted = kept});
      EXPECT_EQ(sys::ambient_set(), 0U);
    });
  }
}

TEST(CapabilitiesApply, CannotGainWhatWasDropped) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  in_child([] {
    drop_bounding({});
    apply_capabilities({});
    EXPECT_THROW(apply_capabilities({.effective = bit(CAP_KILL), .permitted = bit(CAP_KILL)}),
                 Error);
    EXPECT_THROW(drop_bounding({.bounding = bit(CAP_KILL)}), Error);
  });
}

}  // namespace
}  // namespace rt

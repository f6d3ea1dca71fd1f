// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sched.h>

#include <set>

#include "spec/names.h"

namespace rt::spec {
namespace {

template <class T>
class EveryWord : public testing::Test {};
using Tables = testing::Types<RlimitType, SchedulerPolicy, SchedulerFlag, IoPriorityClass,
                              NamespaceType, DeviceType, DeviceRuleType, MemoryPolicyMode,
                              MemoryPolicyFlag, PersonalityDomain, RootfsPropagation, SeccompAction,
                              SeccompOperator, SeccompFlag, SeccompArch, Status>;
TYPED_TEST_SUITE(EveryWord, Tables);

TYPED_TEST(EveryWord, LeadsToItsValueAndBack) {
  std::set<std::string_view> seen;
  for (const Word<TypeParam>& row : Words<TypeParam>::list()) {
    EXPECT_TRUE(seen.insert(row.word).second) << row.word;
    ASSERT_TRUE(value_of<TypeParam>(row.word)) << row.word;
    EXPECT_EQ(word_of(*value_of<TypeParam>(row.word)), row.word);
  }
  EXPECT_FALSE(value_of<TypeParam>("no-such-word"));
  EXPECT_FALSE(value_of<TypeParam>(""));
}

TEST(Words, AreAllThere) {
  EXPECT_EQ(all_words<RlimitType>().size(), 16U);
  EXPECT_EQ(all_words<NamespaceType>(),
            (std::vector<std::string>{"cgroup", "ipc", "mount", "network", "pid", "time", "user",
                                      "uts"}));
  EXPECT_EQ(all_words<SeccompAction>().size(), 9U);
  EXPECT_EQ(all_words<SeccompOperator>().size(), 7U);
  EXPECT_EQ(all_words<SeccompFlag>().size(), 4U);
  EXPECT_EQ(all_words<SeccompArch>().size(), 23U);
  EXPECT_EQ(all_words<SchedulerPolicy>().size(), 7U);
  EXPECT_EQ(all_words<SchedulerFlag>().size(), 7U);
  EXPECT_EQ(all_words<MemoryPolicyMode>().size(), 7U);
  EXPECT_EQ(all_words<MemoryPolicyFlag>().size(), 3U);
}

TEST(Words, ValuesAreTheKernels) {
  EXPECT_EQ(static_cast<unsigned>(*value_of<RlimitType>("RLIMIT_NOFILE")),
            static_cast<unsigned>(RLIMIT_NOFILE));
  EXPECT_EQ(static_cast<int>(*value_of<NamespaceType>("user")), CLONE_NEWUSER);
  EXPECT_EQ(static_cast<int>(*value_of<SchedulerPolicy>("SCHED_RR")), SCHED_RR);
  EXPECT_EQ(*value_of<RootfsPropagation>("rslave"), (RootfsPropagation{Propagation::kSlave, true}));
}

}  // namespace
}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
#include "spec/names.h"

#include <gtest/gtest.h>

#include <csignal>

#include "spec/number_list.h"
#include "spec/sysctl_key.h"
#include "spec/version.h"

namespace rt::spec {
namespace {

TEST(Signals, NamesNumbersAndAliases) {
  const struct {
    const char* text;
    std::optional<int> want;
  } rows[] = {
      {"15", 15},          {"0", 0},         {"64", 64},       {"065", {}},      {"65", {}},
      {"TERM", SIGTERM},   {"SIGTERM", 15},  {"sigterm", 15},  {"SigKill", 9},   {"KILL", 9},
      {"IOT", SIGABRT},    {"CLD", SIGCHLD}, {"POLL", SIGIO},  {"STKFLT", 16},   {"SYS", 31},
      {"RTMIN", 34},       {"RTMIN+1", 35},  {"RTMIN+15", 49}, {"RTMIN+16", {}}, {"RTMAX", 64},
      {"SIGRTMAX-14", 50}, {"RTMAX-15", {}}, {"RTMAX+1", {}},  {"RTMIN-1", {}},  {"RTMIN+", {}},
      {"FOO", {}},         {"", {}},         {"SIG", {}},      {"-9", {}},       {"+9", {}},
      {" 9", {}},          {"9 ", {}},       {"0x9", {}},      {"9x", {}},       {"SIGSIGTERM", {}},
      {"4294967311", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(signal_number(row.text), row.want);
  }
}

TEST(Signals, All31StandardNamesAreKnown) {
  for (int signal = 1; signal <= 31; ++signal) {
    const char* const name = sigabbrev_np(signal);
    ASSERT_NE(name, nullptr);
    EXPECT_EQ(signal_number(name), signal) << name;
    EXPECT_EQ(signal_number(std::string("SIG") + name), signal) << name;
  }
}

TEST(Capabilities, NumbersFollowTheKernel) {
  EXPECT_EQ(kCapabilityNames.size(), 41U);
  EXPECT_EQ(capability_number("CAP_CHOWN"), 0U);
  EXPECT_EQ(capability_number("CAP_KILL"), 5U);
  EXPECT_EQ(capability_number("CAP_SYS_ADMIN"), 21U);
  EXPECT_EQ(capability_number("CAP_CHECKPOINT_RESTORE"), 40U);
  EXPECT_EQ(capability_number("cap_kill"), std::nullopt);
  EXPECT_EQ(capability_number("CAP_NONE"), std::nullopt);
}

TEST(Version, IsSemVer) {
  const struct {
    const char* text;
    std::optional<Version> want;
  } rows[] = {
      {"1.3.0", Version{1, 3, 0}},
      {"1.0.2-dev", Version{1, 0, 2}},
      {"1.3.0+dev", Version{1, 3, 0}},
      {"1.2.0-rc.1+build.05", Version{1, 2, 0}},
      {"1.0.0-x-y", Version{1, 0, 0}},
      {"0.5.0-dev", Version{0, 5, 0}},
      {"invalid", {}},
      {"", {}},
      {"1.3", {}},
      {"1.3.0.1", {}},
      {"v1.3.0", {}},
      {"01.3.0", {}},
      {"1.3.-1", {}},
      {"1.3.0-", {}},
      {"1.3.0-a..b", {}},
      {"1.3.0-01", {}},
      {"1.3.0+", {}},
      {" 1.3.0", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(parse_version(row.text), row.want);
  }
}

TEST(NumberList, ReadsItemsAndRanges) {
  using List = std::vector<NumberRange>;
  EXPECT_EQ(parse_number_list("0-3,7"), (List{{0, 3}, {7, 7}}));
  EXPECT_EQ(parse_number_list(" 1 , 2 - 4 "), (List{{1, 1}, {2, 4}}));
  EXPECT_EQ(parse_number_list(""), List{});
  for (const char* const bad : {"3-1", "a", "1,", ",", "1-2-3", "-1", "1-", "0x1", "4294967296"})
    EXPECT_EQ(parse_number_list(bad), std::nullopt) << bad;
}

TEST(SysctlKey, FirstSeparatorDecides) {
  const struct {
    const char* key;
    std::optional<std::string> want;
  } rows[] = {
      {"kernel.shm_rmid_forced", "kernel/shm_rmid_forced"},
      {"kernel/shm_rmid_forced", "kernel/shm_rmid_forced"},
      {"net.ipv4.conf.eth0/100.forwarding", "net/ipv4/conf/eth0.100/forwarding"},
      {"net/ipv4/conf/eth0.100/forwarding", "net/ipv4/conf/eth0.100/forwarding"},
      {"kernel", "kernel"},
      {"kernel..x", {}},
      {"../x", {}},
      {"net/../kernel/core_pattern", {}},
      {"net.//.kernel", {}},
      {"/net/x", {}},
      {"net/", {}},
      {"net/./x", {}},
      {"", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.key);
    EXPECT_EQ(sysctl_path(row.key), row.want);
  }
}

TEST(SysctlKey, OwnerIsTheNamespaceOrNobody) {
  EXPECT_EQ(sysctl_namespace("net/ipv4/ip_forward"), NamespaceType::kNetwork);
  EXPECT_EQ(sysctl_namespace("kernel/sem"), NamespaceType::kIpc);
  EXPECT_EQ(sysctl_namespace("fs/mqueue/msg_max"), NamespaceType::kIpc);
  EXPECT_EQ(sysctl_namespace("kernel/domainname"), NamespaceType::kUts);
  EXPECT_EQ(sysctl_namespace("user/max_user_namespaces"), NamespaceType::kUser);
  for (const char* const path : {"kernel/core_pattern", "kernel/hostname", "kernel/semx",
                                 "network/x", "vm/swappiness", "net", "kernel/shm_rmid_forced/x"})
    EXPECT_EQ(sysctl_namespace(path), std::nullopt) << path;
}

}  // namespace
}  // namespace rt::spec

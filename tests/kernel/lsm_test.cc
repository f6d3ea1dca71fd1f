// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/kernel/lsm_label.h"
#include "runtime/kernel/lsm_state.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

std::optional<Error> error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& e) {
    return e;
  }
  return {};
}

TEST(LsmState, IsToldByTheHost) {
  const struct {
    const char* name;
    std::optional<std::string> parameter;
    const char* filesystems;
    LsmState apparmor;
    LsmState selinux;
  } rows[] = {
      {"neither", {}, "nodev\tproc\n\text4\n", LsmState::kMissing, LsmState::kMissing},
      {"AppArmor in force", "Y\n", "nodev\tproc\n", LsmState::kEnabled, LsmState::kMissing},
      {"AppArmor off", "N\n", "", LsmState::kDisabled, LsmState::kMissing},
      {"SELinux", {}, "nodev\tproc\nnodev\tselinuxfs\n", LsmState::kMissing, LsmState::kEnabled},
      {"a name that only looks like it",
       {},
       "nodev\tnoselinuxfs\n",
       LsmState::kMissing,
       LsmState::kMissing},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const Lsms got = to_lsms(row.parameter, row.filesystems);
    EXPECT_EQ(got.apparmor, row.apparmor);
    EXPECT_EQ(got.selinux, row.selinux);
  }
}

TEST(LsmState, WhatIsMissingIsSaid) {
  const struct {
    Lsms lsms;
    const char* apparmor;
    const char* selinux;
  } rows[] = {
      {{LsmState::kMissing, LsmState::kMissing},
       "/p: AppArmor is not in this kernel: there is no /sys/module/apparmor/parameters/enabled",
       "/p: SELinux is not in this kernel or not enabled: there is no selinuxfs in "
       "/proc/filesystems"},
      {{LsmState::kDisabled, LsmState::kEnabled},
       "/p: AppArmor is not enabled: /sys/module/apparmor/parameters/enabled does not say Y; boot "
       "with apparmor=1 security=apparmor",
       ""},
      {{LsmState::kEnabled, LsmState::kEnabled}, "", ""},
  };
  for (const auto& row : rows) {
    for (const auto& [demand, want] :
         {std::pair(&demand_apparmor, row.apparmor), std::pair(&demand_selinux, row.selinux)}) {
      const auto error = error_of([&, demand = demand] { demand(row.lsms, "/p"); });
      EXPECT_STREQ(error ? error->what() : "", want);
      if (!error) continue;
      EXPECT_EQ(error->code(), Code::kUnsupported);
      EXPECT_EQ(error->facts().pointer, "/p");
    }
  }
}

// The whole name, not its beginning, and whatever the mode is.
TEST(LsmLabel, ProfileThatIsReadBack) {
  const struct {
    const char* said;
    const char* profile;
    bool same;
  } rows[] = {
      {"p (enforce)\n", "p", true},
      {"p (complain)", "p", true},
      {"unconfined\n", "unconfined", true},
      {"unconfined", "unconfined", true},
      {"a//&b (enforce)\n", "a//&b", true},
      {"name with (blank) (kill)\n", "name with (blank)", true},
      {"", "p", false},
      {"\n", "p", false},
      {"unconfined\n", "p", false},
      {"unconfined_x (enforce)\n", "unconfined", false},
      {"a//&unconfined (enforce)\n", "unconfined", false},
      {"px (enforce)\n", "p", false},
      {"exec p", "p", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(names_profile(row.said, row.profile), row.same) << row.said << row.profile;
}

TEST(LsmLabel, LabelThatIsReadBack) {
  const std::string with_zero("u:r:t:s0:c1,c2\0", 15);
  const struct {
    std::string said;
    const char* label;
    bool same;
  } rows[] = {
      {"u:r:t:s0:c1,c2", "u:r:t:s0:c1,c2", true},
      {with_zero, "u:r:t:s0:c1,c2", true},
      {"u:r:t:s0:c1.c3", "u:r:t:s0:c3,c1,c2", true},
      {"u:r:t", "u:r:t", true},
      {"", "u:r:t:s0", false},
      {"u:r:t", "u:r:t:s0", false},
      {"u:r:other:s0", "u:r:t:s0", false},
      {"u:r:tt:s0", "u:r:t:s0", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(names_label(row.said, row.label), row.same) << row.said << " " << row.label;
}

class Attributes : public ::testing::Test {
 protected:
  Attributes() {
    dir_.write("exec", "");
    dir_.write("keycreate", "");
    dir_.write("apparmor/exec", "");
    fd_ = sys::open(dir_.path(), O_PATH | O_DIRECTORY);
  }
  std::string content(const std::string& name) const { return read_file(dir_ / name); }

  TempDir dir_;  // NOLINT
  Fd fd_{};      // NOLINT
};

TEST_F(Attributes, LabelsAreWrittenEachToItsFile) {
  set_selinux_label(fd_.get(), "u:r:t:s0");
  set_selinux_key_label(fd_.get(), "u:r:k:s0");
  EXPECT_EQ(content("exec"), "u:r:t:s0");
  EXPECT_EQ(content("keycreate"), "u:r:k:s0");
  EXPECT_EQ(content("apparmor/exec"), "");
}

// An ordinary file takes the command and gives it back: that is no profile.
TEST_F(Attributes, FileThatOnlyLooksLikeOneIsFound) {
  const auto error = error_of([&] { set_apparmor_profile(fd_.get(), "p"); });
  EXPECT_EQ(content("apparmor/exec"), "exec p");
  ASSERT_TRUE(error);
  EXPECT_STREQ(error->what(),
               "AppArmor profile \"p\": write to `/proc/self/attr/apparmor/exec`: it reads "
               "\"exec p\" afterwards");
  EXPECT_EQ(error->facts().pointer, "/process/apparmorProfile");
}

TEST_F(Attributes, LinksAreNotFollowed) {
  TempDir elsewhere;
  elsewhere.write("exec", "");
  sys::unlink_at_if_exists(AT_FDCWD, dir_ / "exec");
  dir_.link("exec", elsewhere / "exec");
  const auto error = error_of([&] { set_selinux_label(fd_.get(), "u:r:t:s0"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->facts().error_number, ELOOP);
  EXPECT_EQ(error->facts().pointer, "/process/selinuxLabel");
  EXPECT_EQ(read_file(elsewhere / "exec"), "");
}

TEST_F(Attributes, MissingFileIsSaid) {
  sys::unlink_at_if_exists(AT_FDCWD, dir_ / "apparmor/exec");
  const auto error = error_of([&] { set_apparmor_profile(fd_.get(), "p"); });
  EXPECT_STREQ(error ? error->what() : "",
               "AppArmor profile \"p\": write to `/proc/self/attr/apparmor/exec`: no such file or "
               "directory (is it loaded?)");
}

}  // namespace
}  // namespace rt

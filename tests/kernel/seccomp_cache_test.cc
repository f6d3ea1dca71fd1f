// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/seccomp_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/seccomp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

namespace fs = std::filesystem;

spec::Seccomp profile_with(std::uint32_t errno_ret) {
  return {.default_action = spec::SeccompAction::kErrno,
          .default_errno_ret = errno_ret,
          .syscalls = {{.names = {"read", "write", "exit_group", "no_such_call"}}}};
}

bool same(const SeccompPlan& a, const SeccompPlan& b) {
  return a.flags == b.flags && a.listener == b.listener &&
         a.ignored_syscalls == b.ignored_syscalls && a.program.size() == b.program.size() &&
         std::memcmp(a.program.data(), b.program.data(), a.program.size() * sizeof(sock_filter)) ==
             0;
}

class SeccompCacheTest : public testing::Test {
 protected:
  SeccompCacheTest() { fs::permissions(root_.path(), fs::perms::owner_all); }

  SeccompPlan plan(std::uint32_t errno_ret = 1) {
    return SeccompCache(root_.path()).plan_for(profile_with(errno_ret));
  }
  [[nodiscard]] std::string directory() const { return root_.path() + "/" + kSeccompCache; }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(directory())) out.push_back(entry.path());
    return out;
  }
  // Makes the one file say that every call is allowed, as somebody would who can write to it.
  std::string poison() {
    (void)plan();
    const std::string file = files().at(0);
    std::string bytes = read_file(file);
    const sock_filter allow{.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = SECCOMP_RET_ALLOW};
    const std::size_t count = to_seccomp_plan(profile_with(1)).program.size();
    for (std::size_t i = 1; i <= count; ++i) {
      std::memcpy(bytes.data() + bytes.size() - i * sizeof allow, &allow, sizeof allow);
    }
    const Fd out = sys::open(file, O_WRONLY | O_TRUNC);
    sys::write_all(out.get(), bytes);
    return file;
  }
  void expect_fresh() { EXPECT_TRUE(same(plan(), to_seccomp_plan(profile_with(1)))); }

  TempDir root_;
};

TEST_F(SeccompCacheTest, GivesTheSameProgramAgain) {
  const SeccompPlan fresh = to_seccomp_plan(profile_with(1));
  EXPECT_TRUE(same(plan(), fresh));
  ASSERT_EQ(files().size(), 1U);
  EXPECT_TRUE(same(plan(), fresh));
  EXPECT_EQ(files().size(), 1U);
  EXPECT_EQ(fresh.ignored_syscalls, (std::vector<std::string>{"no_such_call"}));
}

TEST_F(SeccompCacheTest, UsesWhatItFinds) {
  (void)poison();
  EXPECT_FALSE(same(plan(), to_seccomp_plan(profile_with(1))));
}

TEST_F(SeccompCacheTest, KeepsProfilesApart) {
  EXPECT_TRUE(same(plan(1), to_seccomp_plan(profile_with(1))));
  EXPECT_TRUE(same(plan(2), to_seccomp_plan(profile_with(2))));
  EXPECT_EQ(files().size(), 2U);
}

TEST_F(SeccompCacheTest, DoesNotTakeTheFileOfAnotherProfile) {
  (void)plan(2);
  const std::string other = files().at(0);
  (void)plan(1);
  for (const std::string& file : files()) {
    if (file != other) fs::rename(other, file);
  }
  expect_fresh();
}

TEST_F(SeccompCacheTest, DoesNotTakeWhatOthersCanWrite) {
  const std::string file = poison();
  for (const mode_t mode : {0620U, 0602U}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    expect_fresh();
    (void)poison();
  }
}

TEST_F(SeccompCacheTest, DoesNotTakeWhatIsSomebodyElses) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  ASSERT_EQ(::chown(poison().c_str(), 1000, 1000), 0);
  expect_fresh();
  (void)poison();
  ASSERT_EQ(::chown(directory().c_str(), 1000, 1000), 0);
  expect_fresh();
}

TEST_F(SeccompCacheTest, DoesNotFollowLinks) {
  const std::string file = poison();
  fs::rename(file, root_.path() + "/elsewhere");
  fs::create_symlink(root_.path() + "/elsewhere", file);
  expect_fresh();
}

TEST_F(SeccompCacheTest, DoesNotTakeAPartOfAFile) {
  const std::string file = poison();
  for (const off_t length : {0, 10, 24, 100}) {
    ASSERT_EQ(::truncate(file.c_str(), length), 0);
    expect_fresh();
    (void)poison();
  }
}

TEST_F(SeccompCacheTest, DoesWithoutWhereItCannotBe) {
  const SeccompCache none(root_.path() + "/missing");
  EXPECT_TRUE(same(none.plan_for(profile_with(1)), to_seccomp_plan(profile_with(1))));
  ASSERT_EQ(::chmod(root_.path().c_str(), 0777), 0);
  expect_fresh();
  EXPECT_FALSE(fs::exists(directory()));
}

TEST_F(SeccompCacheTest, DoesNotGrowForEver) {
  for (std::uint32_t i = 1; i <= 70; ++i) (void)plan(i);
  EXPECT_LE(files().size(), 64U);
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/state_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "tests/support/in_child.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

TEST(CheckId, TakesWhatRuncTakes) {
  for (const char* good : {"a", "A-Z_0+9.", "...", "-x", ".hidden", "c1"}) {
    EXPECT_NO_THROW(check_id(good)) << good;
  }
  EXPECT_NO_THROW(check_id(std::string(255, 'x')));
  const std::string bad[] = {
      ".", "..",  "a/b", std::string("a\0b", 3), std::string(256, 'x'), "%s", "a\n",
      "ä", "a b", "/"};
  for (const std::string& id : bad) EXPECT_THROW(check_id(id), Error) << id;
  try {
    check_id("");
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "container id cannot be empty");
  }
}

class StateDirTest : public ::testing::Test {
 protected:
  TempDir temp;
  ContainerName name{.root = temp / "deep/root", .id = "c1"};
};

TEST_F(StateDirTest, IsRemovedUnlessKept) {
  { const StateDir dir = StateDir::claim(name); }
  EXPECT_FALSE(std::filesystem::exists(temp / "deep/root/c1"));
  {
    StateDir dir = StateDir::claim(name);
    dir.keep();
  }
  EXPECT_TRUE(std::filesystem::exists(temp / "deep/root/c1"));
}

TEST_F(StateDirTest, IsPrivate) {
  const StateDir dir = StateDir::claim(name);
  for (const char* path : {"deep/root", "deep/root/c1"}) {
    EXPECT_EQ(sys::fstat(sys::open(temp / path, O_PATH).get()).st_mode & 07777U, 0700U) << path;
  }
}

TEST_F(StateDirTest, AnIdIsTakenOnce) {
  const StateDir first = StateDir::claim(name);
  try {
    const StateDir second = StateDir::claim(name);
    ADD_FAILURE() << "claimed twice";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Code::kAlreadyExists);
    EXPECT_NE(std::string(e.what()).find("already exists"), std::string::npos);
  }
}

TEST_F(StateDirTest, RefusesARootThatOthersCanWrite) {
  std::filesystem::create_directories(name.root);
  ASSERT_EQ(::chmod(name.root.c_str(), 0777), 0);
  EXPECT_THROW((void)StateDir::claim(name), Error);
  EXPECT_FALSE(std::filesystem::exists(name.root + "/c1"));
}

TEST_F(StateDirTest, LockIsSeenByOthersAndGoesWithItsHolder) {
  StateDir dir = StateDir::claim(name);
  dir.keep();
  EXPECT_FALSE(dir.locked_by_another());
  in_child([&] {
    const auto other = StateDir::open_if_exists(name);
    ASSERT_TRUE(other.has_value());
    EXPECT_TRUE(other->locked_by_another());
  });
  dir.unlock();
  EXPECT_FALSE(dir.locked_by_another());
}

TEST_F(StateDirTest, RemovalFollowsNoLink) {
  temp.write("outside/kept", "x");
  StateDir dir = StateDir::claim(name);
  temp.link("deep/root/c1/link", temp / "outside");
  temp.write("deep/root/c1/below/file", "x");
  dir.remove();
  EXPECT_FALSE(std::filesystem::exists(name.root + "/c1"));
  EXPECT_TRUE(std::filesystem::exists(temp / "outside/kept"));
}

TEST_F(StateDirTest, RecordThatIsNoRegularFileIsRefused) {
  StateDir dir = StateDir::claim(name);
  EXPECT_FALSE(dir.record_if_exists().has_value());
  ASSERT_EQ(::mkfifo((name.root + "/c1/state.json").c_str(), 0600), 0);
  EXPECT_THROW((void)dir.record_if_exists(), Error);
}

TEST_F(StateDirTest, GateOpensWithoutBlocking) {
  const StateDir dir = StateDir::claim(name);
  EXPECT_FALSE(dir.has_gate());
  dir.make_gate();
  EXPECT_TRUE(dir.has_gate());
  EXPECT_TRUE(dir.open_gate_if_exists().has_value());
  EXPECT_EQ(sys::fstat(dir.gate_handle().get()).st_mode & 0777U, 0622U);
  dir.remove_gate();
  EXPECT_FALSE(dir.open_gate_if_exists().has_value());
}

TEST(ListIds, NoRootIsNotAnEmptyRoot) {
  const TempDir temp;
  EXPECT_FALSE(list_ids(temp / "none").has_value());
  EXPECT_TRUE(list_ids(temp.path())->empty());
}

}  // namespace
}  // namespace rt

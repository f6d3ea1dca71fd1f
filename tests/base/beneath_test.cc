// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/beneath.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

// A root with links of every kind, beside a directory outside that must stay untouched.
class BeneathTest : public ::testing::Test {
 protected:
  void SetUp() override {
    temp.write("outside/secret", "secret");
    temp.write("root/dir/file", "inside");
    temp.link("root/up", "../outside");
    temp.link("root/absolute", temp / "outside");
    temp.link("root/to_dir", "/dir");
    temp.link("root/dangling", "made/below");
    temp.link("root/dangling_out", "../../outside/made");
    temp.link("root/loop", "loop");
    std::string chain = "/dir";
    for (int i = 0; i < 39; ++i) {
      temp.link("root/chain" + std::to_string(i), chain);
      chain = "/chain" + std::to_string(i);
    }
  }
  void TearDown() override {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(temp / "outside")) {
      ++count;
    }
    EXPECT_EQ(count, 1U) << "something was made outside of the root";
  }
  Root root() const { return Root(sys::open(temp / "root", O_PATH | O_DIRECTORY)); }
  bool made(const std::string& path) const {
    return std::filesystem::exists(temp / ("root/" + path));
  }

  TempDir temp;
};

TEST_F(BeneathTest, LooksUpInsideTheRootOnly) {
  const struct {
    const char* path;
    bool found;
  } rows[] = {{"/dir/file", true},
              {"dir/file", true},
              {"//dir/./file", true},
              {"/../../dir/file", true},
              {"/to_dir/file", true},
              {"/up/secret", false},
              {"/absolute/secret", false},
              {"/chain38/file", true},
              {"/nothing", false},
              {"/", true},
              {"", true},
              {".", true}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    EXPECT_EQ(root().open_if_exists(row.path, O_PATH).has_value(), row.found);
  }
}

TEST_F(BeneathTest, RefusesMagicLinks) {
  const Root machine(sys::open("/", O_PATH | O_DIRECTORY));
  EXPECT_THROW((void)machine.open("/proc/self/exe", O_PATH), Error);
  EXPECT_THROW((void)machine.open("/proc/self/root/etc", O_PATH), Error);
  EXPECT_NO_THROW((void)machine.open("/proc/self/status", O_PATH));
}

TEST_F(BeneathTest, MakesDirectoriesThroughLinksInside) {
  const struct {
    const char* path;
    const char* appears;
  } rows[] = {{"/a/b/c", "a/b/c"},
              {"/to_dir/x/y", "dir/x/y"},
              {"/dangling/z", "made/below/z"},
              {"/up/q", "outside/q"},
              {"/dangling_out/w", "outside/made/w"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    const Fd made_fd = root().make_directory(row.path);
    EXPECT_TRUE(S_ISDIR(sys::fstat(made_fd.get()).st_mode));
    EXPECT_TRUE(made(row.appears));
  }
}

TEST_F(BeneathTest, MakesFilesAndKeepsWhatIsThere) {
  (void)root().make_file("/new/dir/file");
  EXPECT_TRUE(std::filesystem::is_regular_file(temp / "root/new/dir/file"));
  const Fd there = root().make_file("/dir/file");
  EXPECT_EQ(sys::fstat(there.get()).st_size, 6);
  (void)root().make_file("/dangling");
  EXPECT_TRUE(std::filesystem::is_regular_file(temp / "root/made/below"));
}

TEST_F(BeneathTest, SaysWhatIsInTheWay) {
  const struct {
    const char* path;
    int error_number;
  } rows[] = {{"/dir/file/x", ENOTDIR}, {"/loop", ELOOP}, {"/loop/x", ELOOP}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    try {
      (void)root().make_directory(row.path);
      ADD_FAILURE() << "no error";
    } catch (const Error& e) {
      EXPECT_EQ(e.facts().error_number, row.error_number) << e.what();
    }
  }
  EXPECT_THROW((void)root().make_file("/dir"), Error);
}

TEST_F(BeneathTest, ParentIsMadeAndTheNameIsNotFollowed) {
  const Place place = root().make_parent("/p/q/up");
  EXPECT_EQ(place.name, "up");
  EXPECT_TRUE(made("p/q"));
  for (const char* bad : {"/", "/a/..", "/a/.", ""}) {
    SCOPED_TRACE(bad);
    EXPECT_THROW((void)root().make_parent(bad), Error);
  }
}

TEST_F(BeneathTest, RealDirectoryHasNoLinkOnItsWay) {
  EXPECT_TRUE(root().open_real_directory_if_exists("/dir"));
  EXPECT_THROW((void)root().open_real_directory_if_exists("/to_dir"), Error);
  EXPECT_FALSE(root().open_real_directory_if_exists("/nothing"));
}

}  // namespace
}  // namespace rt

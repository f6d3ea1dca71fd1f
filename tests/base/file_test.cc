// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

TEST(ReadFile, HasALimit) {
  const TempDir temp;
  temp.write("f", std::string(100, 'x'));
  EXPECT_EQ(read_file(temp / "f", 100).size(), 100U);
  EXPECT_THROW((void)read_file(temp / "f", 99), Error);
  EXPECT_FALSE(read_file_if_exists(temp / "nothing").has_value());
  EXPECT_FALSE(read_file_if_exists(temp / "f/below").has_value());
}

TEST(ReadDocument, TakesRegularFilesOnly) {
  const TempDir temp;
  temp.write("good", "text");
  temp.write("huge", "");
  ASSERT_EQ(::truncate((temp / "huge").c_str(), 1L << 30), 0);  // sparse
  ASSERT_EQ(::mkfifo((temp / "fifo").c_str(), 0600), 0);
  ASSERT_EQ(::mkdir((temp / "dir").c_str(), 0700), 0);
  const Fd dir = sys::open(temp.path(), O_PATH | O_DIRECTORY);
  EXPECT_EQ(read_document(dir.get(), "good", 16), "text");
  const struct {
    const char* name;
    const char* want;
  } rows[] = {{"fifo", "fifo is not a regular file"},
              {"dir", "dir is not a regular file"},
              {"huge", "huge is larger than 16 bytes"},
              {"/dev/zero", "/dev/zero is not a regular file"},
              {"none", "open none: no such file or directory"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    try {
      (void)read_document(dir.get(), row.name, 16);
      ADD_FAILURE() << "no error";
    } catch (const Error& e) {
      EXPECT_STREQ(e.what(), row.want);
    }
  }
}

TEST(ReplaceFile, IsAtomicAndLeavesNoTemporary) {
  const TempDir temp;
  temp.write("f", "old");
  const Fd before = sys::open(temp / "f", O_RDONLY);
  const Fd dir = sys::open(temp.path(), O_RDONLY | O_DIRECTORY);
  replace_file_at(dir.get(), "f", "new", 0600);
  EXPECT_EQ(read_fd(before.get()), "old");  // a reader keeps what it opened
  EXPECT_EQ(read_file(temp / "f"), "new");
  const auto entries = std::distance(std::filesystem::directory_iterator(temp.path()),
                                     std::filesystem::directory_iterator{});
  EXPECT_EQ(entries, 1);
}

// Of a process that was killed, with the pid that is ours now.
TEST(ReplaceFile, ALeftoverIsNotInTheWay) {
  const TempDir temp;
  temp.write(".f." + std::to_string(::getpid()), "half");
  const Fd dir = sys::open(temp.path(), O_RDONLY | O_DIRECTORY);
  replace_file_at(dir.get(), "f", "new", 0600);
  EXPECT_EQ(read_file(temp / "f"), "new");
  const auto entries = std::distance(std::filesystem::directory_iterator(temp.path()),
                                     std::filesystem::directory_iterator{});
  EXPECT_EQ(entries, 1);
}

TEST(ReplaceFile, FailureLeavesTheOldOne) {
  const TempDir temp;
  temp.write("d/inside", "x");
  const Fd dir = sys::open(temp.path(), O_RDONLY | O_DIRECTORY);
  EXPECT_THROW(replace_file_at(dir.get(), "d", "new", 0600), Error);  // a directory is in the way
  const auto entries = std::distance(std::filesystem::directory_iterator(temp.path()),
                                     std::filesystem::directory_iterator{});
  EXPECT_EQ(entries, 1);
}

}  // namespace
}  // namespace rt

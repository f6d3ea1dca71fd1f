// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "spec/documents.h"
#include "tests/spec/error_of.h"

namespace rt::spec {
namespace {

using test::error_of;
using test::thrown_by;

class LoadConfig : public testing::Test {
 protected:
  LoadConfig() {
    std::string name = testing::TempDir() + "bundle-XXXXXX";
    path_ = mkdtemp(name.data());
    dir_ = Fd(open(path_.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC));
  }
  ~LoadConfig() override { std::filesystem::remove_all(path_); }

  [[nodiscard]] Config load() const { return load_config(dir_.get(), "config.json"); }
  [[nodiscard]] std::string file() const { return path_ + "/config.json"; }

  std::string path_{};
  Fd dir_{};
};

TEST_F(LoadConfig, ReadsTheBundlesDocument) {
  replace_file_at(dir_.get(), "config.json", "{\"ociVersion\":\"1.0.0\"}", 0600);
  EXPECT_EQ(load().oci_version, "1.0.0");
}

TEST_F(LoadConfig, NamesAMissingFile) {
  const auto error = thrown_by([&] { (void)load(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), Code::kBadBundle);
  EXPECT_STREQ(error->what(), "JSON specification file config.json not found");
}

TEST_F(LoadConfig, ErrorsBeginWithTheFilesName) {
  replace_file_at(dir_.get(), "config.json", "{\n}", 0600);
  EXPECT_EQ(error_of([&] { (void)load(); }), "config.json:1:1: missing \"ociVersion\"");
}

// A FIFO must not make us wait, a directory or a huge file must not be read.
TEST_F(LoadConfig, RefusesAFifo) {
  ASSERT_EQ(mkfifo(file().c_str(), 0600), 0);
  EXPECT_NE(error_of([&] { (void)load(); }), "");
}

TEST_F(LoadConfig, RefusesADirectory) {
  ASSERT_EQ(mkdir(file().c_str(), 0700), 0);
  EXPECT_NE(error_of([&] { (void)load(); }), "");
}

TEST_F(LoadConfig, RefusesASparseGigabyte) {
  replace_file_at(dir_.get(), "config.json", "{}", 0600);
  ASSERT_EQ(truncate(file().c_str(), off_t{1} << 30), 0);
  EXPECT_NE(error_of([&] { (void)load(); }), "");
}

}  // namespace
}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/record.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "runtime/base/error.h"
#include "runtime/base/file.h"

namespace rt {
namespace {

Record example() {
  return {
      .id = "c1",
      .bundle = "/b",
      .rootfs = "/b/rootfs",
      .created = "2026-01-02T03:04:05.000000006Z",
      .boot_id = "boot",
      .pid = 7,
      .start_time = ~0ULL,
      .pid_inode = ~0ULL - 1,
      .own_pid_namespace = true,
      .cgroups = {{.version = CgroupVersion::kV1,
                   .controllers = {"cpu", "cpuacct"},
                   .mount_point = "/sys/fs/cgroup/cpu,cpuacct",
                   .path = "a/b",
                   .made_levels = 2},
                  {.version = CgroupVersion::kV2, .mount_point = "/sys/fs/cgroup", .path = "c"}},
      .resctrl = {.mount_point = "/sys/fs/resctrl", .removed = {"c/mon_groups/c", "c"}},
      .annotations = {{"k", "v"}}};
}

TEST(Record, ComesBackAsItWas) {
  EXPECT_EQ(decode_record(encode_record(example())), example());
}

TEST(Record, RefusesEveryTruncation) {
  const std::string text = encode_record(example());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_THROW((void)decode_record(std::string_view(text).substr(0, size)), Error) << size;
  }
}

Record recorded(const std::string& name) {
  return decode_record(read_file(RT_TEST_DATA "/records/" + name + ".json"));
}

TEST(Record, OfEveryOlderVersionIsRead) {
  for (const std::string name : {"first", "resctrl", "keyring", "inode"}) {
    SCOPED_TRACE(name);
    const Record record = recorded(name);
    EXPECT_EQ(record.version, 1U);
    EXPECT_EQ(record.id, "c1");
    EXPECT_EQ(record.bundle, "/b");
    EXPECT_EQ(record.rootfs, "/b/rootfs");
    EXPECT_EQ(record.created, "2026-11-28T22:07:07.910356678Z");
    EXPECT_EQ(record.pid, 22549);
    EXPECT_EQ(record.start_time, 314707U);
    EXPECT_TRUE(record.own_pid_namespace);
    EXPECT_EQ(record.own_keyring, name == "first" || name == "resctrl");
    EXPECT_EQ(record.pid_inode, name == "inode" ? 4294989845U : 0U);
    EXPECT_EQ(record.cgroups.size(), 2U);
    EXPECT_EQ(record.resctrl.mount_point, name == "first" ? "" : "/sys/fs/resctrl");
    EXPECT_EQ(record.annotations.size(), 1U);
    EXPECT_EQ(decode_record(encode_record(record)), record);
  }
}

TEST(Record, OfANewerVersionShowsWhatIsKnown) {
  const Record record = recorded("newer");
  EXPECT_EQ(record.version, 1000U);
  EXPECT_EQ(record.id, "c1");
  EXPECT_EQ(record.cgroups.size(), 2U);
}

TEST(Record, EveryRecordedFileHasItsTest) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(RT_TEST_DATA "/records")) {
    if (entry.path().extension() == ".json") ++files;
  }
  EXPECT_EQ(files, 5U);
}

TEST(Timestamp, IsRfc3339WithNanoseconds) {
  const std::string text = timestamp();
  ASSERT_EQ(text.size(), 30U) << text;
  EXPECT_EQ(text[10], 'T');
  EXPECT_EQ(text[19], '.');
  EXPECT_EQ(text[29], 'Z');
}

}  // namespace
}  // namespace rt

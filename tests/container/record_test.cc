// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/record.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

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
      .own_pid_namespace = true,
      .cgroups = {{.version = CgroupVersion::kV1,
                   .controllers = {"cpu", "cpuacct"},
                   .mount_point = "/sys/fs/cgroup/cpu,cpuacct",
                   .path = "a/b",
                   .made_levels = 2},
                  {.version = CgroupVersion::kV2, .mount_point = "/sys/fs/cgroup", .path = "c"}},
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

TEST(Timestamp, IsRfc3339WithNanoseconds) {
  const std::string text = timestamp();
  ASSERT_EQ(text.size(), 30U) << text;
  EXPECT_EQ(text[10], 'T');
  EXPECT_EQ(text[19], '.');
  EXPECT_EQ(text[29], 'Z');
}

}  // namespace
}  // namespace rt

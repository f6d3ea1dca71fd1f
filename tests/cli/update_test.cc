// SPDX-License-Identifier: Apache-2.0
//
// update: which word becomes which limit.
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/cli/commands.h"
#include "spec/documents.h"
#include "tests/cli/fake_verbs.h"

namespace rt::cli {
namespace {

// The document that `rt update FLAG c1` hands on, or its error.
std::string updated(const std::vector<std::string_view>& flags) {
  fake_verbs() = {};
  std::vector<std::string_view> words = {"--root", "/r", "update"};
  words.insert(words.end(), flags.begin(), flags.end());
  words.emplace_back("c1");
  try {
    (void)dispatch(words);
  } catch (const Error& e) {
    log::configure({});
    return e.what();
  }
  log::configure({});
  return spec::to_json(fake_verbs().resources);
}

TEST(Update, EachFlagIsOneLimit) {
  const struct {
    std::vector<std::string_view> flags;
    const char* document;
  } rows[] = {
      {{}, "{}"},
      {{"--memory", "64m"}, R"({"memory":{"limit":67108864}})"},
      {{"--memory=-1", "--memory-swap", "-1"}, R"({"memory":{"limit":-1,"swap":-1}})"},
      {{"--memory-reservation", "1k"}, R"({"memory":{"reservation":1024}})"},
      {{"--cpu-quota", "-1", "--cpu-period", "50000"}, R"({"cpu":{"quota":-1,"period":50000}})"},
      {{"--cpu-share", "512", "--cpu-burst", "9"}, R"({"cpu":{"shares":512,"burst":9}})"},
      {{"--cpu-rt-period", "10", "--cpu-rt-runtime", "5"},
       R"({"cpu":{"realtimeRuntime":5,"realtimePeriod":10}})"},
      {{"--cpu-idle", "1"}, R"({"cpu":{"idle":1}})"},
      {{"--cpuset-cpus", "0-1", "--cpuset-mems", "0"}, R"({"cpu":{"cpus":"0-1","mems":"0"}})"},
      {{"--blkio-weight", "500"}, R"({"blockIO":{"weight":500}})"},
      {{"--pids-limit", "20"}, R"({"pids":{"limit":20}})"},
      {{"--pids-limit=-1"}, R"({"pids":{"limit":-1}})"},
  };
  for (const auto& row : rows) EXPECT_EQ(updated(row.flags), row.document);
}

// The document of --resources has no place for them, so they stand beside it.
TEST(Update, HandsOnTheSchemasOfIntelRdt) {
  EXPECT_EQ(updated({"--l3-cache-schema", "L3:0=f", "--mem-bw-schema=MB:0=50"}), "{}");
  EXPECT_EQ(fake_verbs().schemas.l3_cache, "L3:0=f");
  EXPECT_EQ(fake_verbs().schemas.mem_bw, "MB:0=50");
}

TEST(Update, RefusesWhatIsNoNumber) {
  EXPECT_EQ(updated({"--cpu-quota", "x"}), "invalid value for cpu-quota: \"x\"");
  EXPECT_EQ(updated({"--memory", "12q"}), "invalid value for memory: \"12q\"");
  EXPECT_EQ(updated({"--blkio-weight", "65536"}), "invalid value for blkio-weight: \"65536\"");
}

}  // namespace
}  // namespace rt::cli

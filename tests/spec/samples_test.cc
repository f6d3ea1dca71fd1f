// SPDX-License-Identifier: Apache-2.0
//
// The spec's own sample documents (tests/data/runtime-spec-schema) must fare as their folder says.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "runtime/base/file.h"
#include "spec/documents.h"
#include "spec/fields_config.h"
#include "spec/validate.h"
#include "tests/spec/error_of.h"

namespace rt::spec {
namespace {

namespace fs = std::filesystem;
using test::error_of;

std::vector<fs::path> samples(const std::string& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(RT_TEST_DATA "/runtime-spec-schema/" + folder))
    out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

// What the schema does not know: versions before 1.0, and rules that stand in the text alone.
const std::map<std::string, std::string> kRefused = {
    {"freebsd-example.json", "config.json: /hostname: needs a uts namespace in /linux/namespaces"},
    {"linux-netdevice.json", "config.json: /linux/netDevices: needs a network namespace"},
    {"spec-example.json",
     "config.json: /ociVersion: version \"0.5.0-dev\" is not 1.x, the one that rt reads"},
    {"zos-example.json",
     "config.json: /ociVersion: version \"0.5.0-dev\" is not 1.x, the one that rt reads"},
};
const std::set<std::string> kFineForUs = {"freebsd-vnet-disable.json"};  // a foreign block

TEST(Samples, GoodConfigsAreReadAndSurviveARoundTrip) {
  ASSERT_FALSE(samples("config/good").empty());
  for (const fs::path& path : samples("config/good")) {
    SCOPED_TRACE(path);
    const std::string text = read_file(path);
    const Config config = decode_config(text, "f");
    EXPECT_EQ(decode_config(to_json(config, json::kFourSpaces), "f"), config);
    const auto refused = kRefused.find(path.filename());
    EXPECT_EQ(error_of([&] { validate(config); }),
              refused == kRefused.end() ? "" : refused->second);
  }
}

TEST(Samples, TheSpecsExampleIsValidButForItsVersion) {
  Config config = decode_config(
      read_file(RT_TEST_DATA "/runtime-spec-schema/config/good/spec-example.json"), "f");
  config.oci_version = "1.3.0";
  EXPECT_EQ(error_of([&] { validate(config); }), "");
}

TEST(Samples, BadConfigsAreRefused) {
  ASSERT_FALSE(samples("config/bad").empty());
  for (const fs::path& path : samples("config/bad")) {
    SCOPED_TRACE(path);
    const std::string text = read_file(path);
    const std::string error = error_of([&] { validate(decode_config(text, "config.json")); });
    EXPECT_EQ(error.empty(), kFineForUs.contains(path.filename())) << error;
  }
}

TEST(Samples, States) {
  for (const fs::path& path : samples("state/good")) {
    const std::string text = read_file(path);
    const State state = decode_state(text, "f");
    EXPECT_EQ(decode_state(to_json(state), "f"), state);
  }
  for (const fs::path& path : samples("state/bad"))
    EXPECT_NE(error_of([&] { (void)decode_state(read_file(path), "f"); }), "") << path;
}

TEST(Samples, FeaturesDocuments) {
  for (const fs::path& path : samples("features/good")) {
    const std::string text = read_file(path);
    const Features features = decode_features(text, "f");
    EXPECT_EQ(decode_features(to_json(features), "f"), features);
  }
  for (const fs::path& path : samples("features/bad"))
    EXPECT_NE(error_of([&] { (void)decode_features(read_file(path), "f"); }), "") << path;
}

}  // namespace
}  // namespace rt::spec

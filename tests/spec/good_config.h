// SPDX-License-Identifier: Apache-2.0
//
// A config that breaks no rule, for tests that break one at a time.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "spec/defaults.h"
#include "spec/validate.h"
#include "tests/spec/error_of.h"

namespace rt::test {

inline spec::Config good_config() {
  spec::Config config = spec::example({});
  config.linux_->namespaces.push_back({.type = spec::NamespaceType::kUser});
  config.linux_->uid_mappings = {{.container_id = 0, .host_id = 1000, .size = 10}};
  config.linux_->gid_mappings = {{.container_id = 0, .host_id = 1000, .size = 10}};
  return config;
}

// One rule: what breaks it, and everything behind "config.json: " of the error.
struct BrokenRule {
  const char* name;
  std::function<void(spec::Config&)> change;
  std::string want;  // empty: no rule is broken
};

template <std::size_t N>
void expect_errors(const BrokenRule (&rows)[N]) {
  for (const BrokenRule& row : rows) {
    SCOPED_TRACE(row.name);
    spec::Config config = good_config();
    row.change(config);
    const auto error = thrown_by([&] { spec::validate(config); });
    EXPECT_EQ(error ? error->what() : "", row.want.empty() ? "" : "config.json: " + row.want);
    if (!error) continue;
    EXPECT_EQ(error->code(), Code::kBadConfig);
    const std::string& pointer = error->facts().pointer;
    EXPECT_TRUE(pointer.empty() || row.want.starts_with(pointer + ": ")) << pointer;
  }
}

}  // namespace rt::test

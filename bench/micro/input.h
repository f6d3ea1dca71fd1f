// SPDX-License-Identifier: Apache-2.0
//
// What the microbenchmarks work on: the config.json that Docker writes for a container without
// options, with its default seccomp profile, and a host with cgroup2 alone.
#pragma once

#include <string>

#include "runtime/base/file.h"
#include "runtime/container/make_plan.h"
#include "spec/documents.h"

namespace rt::bench {

inline const std::string& config_text() {
  static const std::string text = read_file(RT_TEST_DATA "/configs/docker/default.json");
  return text;
}

inline const spec::Config& config() {
  static const spec::Config read = spec::decode_config(config_text(), "config.json");
  return read;
}

inline HostFacts host() {
  return {.cgroups = parse_unified("0::/\n", "/sys/fs/cgroup"),
          .capabilities = {.known = ~0ULL, .bounding = ~0ULL, .permitted = ~0ULL},
          .bundle = "/run/bundle",
          .rootfs = "/run/bundle/rootfs"};
}

inline CreateOptions options() {
  return {.name = {.root = "/run/rt", .id = "c1"}};
}

}  // namespace rt::bench

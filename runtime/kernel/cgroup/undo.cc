// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/undo.h"

#include <algorithm>

#include "runtime/base/text.h"

namespace rt {
namespace {

// Files with a line for each device or interface, and how a line is taken away again.
struct Keyed {
  std::string_view file;
  std::string_view nothing;
};
constexpr Keyed kKeyed[] = {
    {"io.max", "rbps=max wbps=max riops=max wiops=max"},
    {"io.latency", "target=0"},
    {"io.weight", "default"},
    {"io.bfq.weight", "default"},
    {"rdma.max", "hca_handle=max hca_object=max"},
    {"misc.max", "max"},
    {"blkio.weight_device", "0"},
    {"blkio.bfq.weight_device", "0"},
    {"blkio.leaf_weight_device", "0"},
    {"blkio.throttle.read_bps_device", "0"},
    {"blkio.throttle.write_bps_device", "0"},
    {"blkio.throttle.read_iops_device", "0"},
    {"blkio.throttle.write_iops_device", "0"},
    {"net_prio.ifpriomap", "0"},
};

std::string_view first_word(std::string_view line) {
  return line.substr(0, line.find_first_of(" \t"));
}

}  // namespace

std::string value_before(std::string_view file, std::string_view written,
                         std::string_view content) {
  const std::vector<std::string_view> lines = split_lines(content);
  const std::string_view key = first_word(written);
  const auto* const keyed = std::ranges::find(kKeyed, file, &Keyed::file);
  if (keyed != std::end(kKeyed) && key.size() < written.size()) {
    const auto line = std::ranges::find(lines, key, first_word);
    if (line != lines.end()) return std::string(trim(*line));
    return std::string(key) + " " + std::string(keyed->nothing);
  }
  const std::string_view first = lines.empty() ? std::string_view() : trim(lines.front());
  // v1: read as "oom_kill_disable 0" and more, written as "0".
  if (file == "memory.oom_control") return std::string(first.substr(first.rfind(' ') + 1));
  return first.empty() ? "\n" : std::string(first);
}

}  // namespace rt

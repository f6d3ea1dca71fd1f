// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "spec/rules.h"

namespace rt::spec {
namespace {

// config-linux.md "Allowed Device list". -1 stands for every number, as an absent one does.
void device_rules(const Resources& resources, const Place& at) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const auto require_number = [](const std::optional<std::int64_t>& number, const Place& here) {
    if (number.value_or(-1) < -1 || number.value_or(-1) > kMost)
      here.bad("must be -1 to " + std::to_string(kMost) + ", is " + std::to_string(*number));
  };
  for_each(resources.devices, at / "devices", [&](const DeviceRule& rule, const Place& here) {
    require_number(rule.major, here / "major");
    require_number(rule.minor, here / "minor");
    if (rule.access.empty()) (here / "access").bad("must not be empty");
    if (rule.access.find_first_not_of("rwm") != std::string::npos)
      (here / "access").bad("must be letters of \"rwm\", is " + quoted(rule.access));
  });
}

// A byte count that is set: neither absent nor unlimited nor 0, which callers use for "not set".
std::optional<std::uint64_t> bytes(const std::optional<Limit>& limit) {
  const auto* const number = limit ? std::get_if<std::uint64_t>(&*limit) : nullptr;
  return number != nullptr && *number != 0 ? std::optional(*number) : std::nullopt;
}

// config-linux.md "Memory": swap is memory plus swap.
void memory(const Resources& resources, const Place& at) {
  if (!resources.memory) return;
  const Place here = at / "memory";
  const auto limit = bytes(resources.memory->limit);
  const auto swap = bytes(resources.memory->swap);
  if (limit && swap && *swap < *limit)
    (here / "swap")
        .bad("memory+swap limit should be >= memory limit: " + std::to_string(*swap) + " < " +
             std::to_string(*limit));
  if (resources.memory->swappiness.value_or(0) > 100)
    (here / "swappiness")
        .bad("must be 0 to 100, is " + std::to_string(*resources.memory->swappiness));
}

// config-linux.md "CPU": burst at most a quota that is one; idle is a switch.
void cpu(const Resources& resources, const Place& at) {
  if (!resources.cpu) return;
  const Place here = at / "cpu";
  const auto quota = bytes(resources.cpu->quota);
  if (quota && resources.cpu->burst.value_or(0) > *quota)
    (here / "burst").bad("must not be above the quota of " + std::to_string(*quota));
  const std::int64_t idle = resources.cpu->idle.value_or(0);
  if (idle != 0 && idle != 1) (here / "idle").bad("must be 0 or 1, is " + std::to_string(idle));
}

// config-linux.md "Block IO": a device needs one of the two weights; 1000 is the largest weight.
void block_io(const Resources& resources, const Place& at) {
  if (!resources.block_io) return;
  const BlockIo& io = *resources.block_io;
  const Place here = at / "blockIO";
  const auto require_weight = [](const std::optional<std::uint16_t>& weight, const Place& place) {
    if (weight.value_or(0) > 1000) place.bad("must be at most 1000, is " + std::to_string(*weight));
  };
  require_weight(io.weight, here / "weight");
  require_weight(io.leaf_weight, here / "leafWeight");
  for_each(io.weight_device, here / "weightDevice",
           [&](const WeightDevice& device, const Place& place) {
             if (!device.weight && !device.leaf_weight)
               place.bad("needs \"weight\" or \"leafWeight\"");
             require_weight(device.weight, place / "weight");
             require_weight(device.leaf_weight, place / "leafWeight");
           });
}

// config-linux.md "Huge page limits": a number and KB, MB or GB, as the control files are named.
void hugepage_limits(const Resources& resources, const Place& at) {
  const auto is_page_size = [](std::string_view text) {
    if (text.size() < 3 || text.back() != 'B') return false;
    text.remove_suffix(1);
    if (text.find_last_of("KMG") != text.size() - 1) return false;
    text.remove_suffix(1);
    return text.front() != '0' && parse_number<std::uint64_t>(text).has_value();
  };
  for_each(
      resources.hugepage_limits, at / "hugepageLimits",
      [&](const HugepageLimit& limit, const Place& here) {
        if (!is_page_size(limit.page_size))
          (here / "pageSize").bad("must be a size like \"2MB\", is " + quoted(limit.page_size));
      });
}

// config-linux.md "RDMA": at least one of the two.
void rdma(const Resources& resources, const Place& at) {
  for (const auto& [device, limits] : resources.rdma)
    if (!limits.hca_handles && !limits.hca_objects)
      (at / "rdma" / device).bad("needs \"hcaHandles\" or \"hcaObjects\"");
}

// config-linux.md "Unified": keys are file names of one cgroup.
void unified(const Resources& resources, const Place& at) {
  for (const auto& [key, value] : resources.unified) {
    const Place here = at / "unified" / key;
    if (key.find('/') != std::string::npos) here.bad("a key must not contain \"/\"");
    if (key.find('.') == std::string::npos || key.starts_with('.'))
      here.bad("a key must be a file name like \"memory.high\"");
  }
}

using Rule = void (*)(const Resources& resources, const Place& at);
constexpr Rule kRules[] = {device_rules, memory, cpu, block_io, hugepage_limits, rdma, unified};

}  // namespace

void check_resources(const Resources& resources, const Place& at) {
  for (const Rule rule : kRules) rule(resources, at);
}

}  // namespace rt::spec

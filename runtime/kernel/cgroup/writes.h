// SPDX-License-Identifier: Apache-2.0
//
// What is to be written into the files of a cgroup, as a value: computed without touching the
// system by to_v1_writes and to_v2_writes, printed or compared by tests, applied by
// Cgroup::apply in list order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/kernel/cgroup/hierarchy.h"
#include "spec/resources.h"

namespace rt {

struct CgroupWrite {
  // What the kernel's refusal means. Anything else is an error.
  enum class OnRefusal : std::uint8_t {
    kFail,
    // EINVAL: the old value of a sibling file forbids the new one (limit above memsw, period
    // below quota). Written again after the rest of the list.
    kRetryLast,
    // ENOENT, EOPNOTSUPP: nothing accounts for it (any more), and the value only says "no limit" or
    // "none"; or another entry of the list limits as much.
    kIgnoreMissing,
    // The same, or success without effect: newer kernels have given the limit up. A warning.
    kWarnIfGone,
  };
  // Where kernels differ in name or unit: written in place of a file that is not there (ENOENT).
  struct Instead {
    std::string file{};
    std::string value{};
    bool operator==(const Instead&) const = default;
  };

  std::string controller{};
  std::string file{};
  std::string value{};
  OnRefusal on_refusal = OnRefusal::kFail;
  std::optional<Instead> instead{};
  std::string pointer{};  // below /linux/resources; empty: what member_of() says

  bool operator==(const CgroupWrite&) const = default;
};
using CgroupWrites = std::vector<CgroupWrite>;

// The member of /linux/resources that writes to this controller come from: "/cpu" for "cpuset".
std::string_view member_of(std::string_view controller) noexcept;

// The list for a host: each controller's part by the version that the host has it in, `unified`
// last. Throws Error(kUnsupported) for a limit whose controller no hierarchy has,
// Error(kBadConfig) with the JSON Pointer for a value that cannot be expressed.
CgroupWrites to_cgroup_writes(const spec::Resources& resources, const CgroupHost& host);

}  // namespace rt

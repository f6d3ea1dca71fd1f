// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/capabilities.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "runtime/base/procfs.h"
#include "runtime/base/sys_caps.h"
#include "runtime/base/text.h"
#include "spec/names.h"

namespace rt {
namespace {

#include "runtime/kernel/capability_names.inc"  // kLibraryNames

std::optional<unsigned> number_of(std::string_view name) {
  const auto* const found = std::find(std::begin(kLibraryNames), std::end(kLibraryNames), name);
  if (found == std::end(kLibraryNames)) return {};
  return static_cast<unsigned>(found - std::begin(kLibraryNames));
}

std::string name_of(unsigned number) {
  return number < spec::kCapabilityNames.size() ? std::string(spec::kCapabilityNames[number])
                                                : "capability " + std::to_string(number);
}

class Planner {
 public:
  explicit Planner(std::vector<std::string>& warnings) : warnings_(warnings) {}

  // Names to a mask, of what this kernel has.
  std::uint64_t known(const char* set, const std::vector<std::string>& names, std::uint64_t known) {
    std::uint64_t mask = 0;
    for (const std::string& name : names) {
      const auto number = number_of(name);
      if (!number) {
        warn(set, quoted(name), "is not a known capability");
      } else if ((known & bit(*number)) == 0) {
        warn(set, name, "is not known to this kernel");
      } else {
        mask |= bit(*number);
      }
    }
    return mask;
  }

  // The part of `mask` that lies within `allowed`.
  std::uint64_t within(const char* set, std::uint64_t mask, std::uint64_t allowed,
                       const char* why) {
    for (unsigned cap = 0; cap < 64; ++cap) {
      if ((mask & ~allowed & bit(cap)) != 0) warn(set, name_of(cap), why);
    }
    return mask & allowed;
  }

 private:
  static std::uint64_t bit(unsigned cap) { return std::uint64_t{1} << cap; }
  void warn(const char* set, const std::string& name, const char* why) {
    warnings_.push_back("capability left out of the " + std::string(set) + " set: " + name + " " +
                        why);
  }

  std::vector<std::string>& warnings_;
};

}  // namespace

CapabilityLimits capability_limits() {
  if (const auto& own = own_sets()) {
    return {.known = sys::known_caps(own->bounding | own->permitted),
            .bounding = own->bounding,
            .permitted = own->permitted};
  }
  const sys::BoundingSet bounding = sys::bounding_set();
  return {
      .known = bounding.known, .bounding = bounding.present, .permitted = sys::capget().permitted};
}

CapabilityPlan to_capability_plan(const std::optional<spec::Capabilities>& wanted,
                                  const CapabilityLimits& limits) {
  CapabilityPlan plan;
  if (!wanted) return plan;
  Planner planner(plan.warnings);
  CapabilityMasks& masks = plan.masks;
  const std::uint64_t known = limits.known;
  masks.bounding = planner.within("bounding", planner.known("bounding", wanted->bounding, known),
                                  limits.bounding, "is not in our own bounding set");
  masks.permitted =
      planner.within("permitted", planner.known("permitted", wanted->permitted, known),
                     limits.permitted, "is not permitted to us");
  masks.effective =
      planner.within("effective", planner.known("effective", wanted->effective, known),
                     masks.permitted, "is not in the permitted set");
  // capset(2) refuses inheritable bits outside of the bounding set, which by then is the new one.
  masks.inheritable =
      planner.within("inheritable", planner.known("inheritable", wanted->inheritable, known),
                     masks.bounding & limits.permitted, "is not in the bounding set");
  masks.ambient =
      planner.within("ambient", planner.known("ambient", wanted->ambient, known),
                     masks.permitted & masks.inheritable, "is not both permitted and inheritable");
  return plan;
}

std::vector<std::string> known_capabilities() {
  std::vector<std::string> out;
  for (const std::string_view name : spec::kCapabilityNames) {
    if (number_of(name)) out.emplace_back(name);
  }
  return out;
}

}  // namespace rt

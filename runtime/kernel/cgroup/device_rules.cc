// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/device_rules.h"

#include <string>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

using Type = spec::DeviceRuleType;

// RD-08, in this order after the document's own: every container has these nodes.
constexpr DevicePolicyRule kAlwaysAllowed[] = {
    {true, Type::kChar, kDeviceMknod, {}, {}},  {true, Type::kBlock, kDeviceMknod, {}, {}},
    {true, Type::kChar, kDeviceAll, 1U, 3U},     // null
    {true, Type::kChar, kDeviceAll, 1U, 5U},     // zero
    {true, Type::kChar, kDeviceAll, 1U, 7U},     // full
    {true, Type::kChar, kDeviceAll, 1U, 8U},     // random
    {true, Type::kChar, kDeviceAll, 1U, 9U},     // urandom
    {true, Type::kChar, kDeviceAll, 5U, 0U},     // tty
    {true, Type::kChar, kDeviceAll, 5U, 2U},     // ptmx
    {true, Type::kChar, kDeviceAll, 136U, {}},   // pts/*
    {true, Type::kChar, kDeviceAll, 10U, 200U},  // net/tun, as runc and crun have it
};

struct Letter {
  char letter;
  std::uint8_t bit;
};
constexpr Letter kLetters[] = {{'r', kDeviceRead}, {'w', kDeviceWrite}, {'m', kDeviceMknod}};

std::uint8_t to_access(const std::string& letters) {
  std::uint8_t bits = 0;
  for (const Letter& one : kLetters) {
    if (letters.find(one.letter) != letters.npos) bits |= one.bit;
  }
  return bits;
}

// Absent and -1 are every number.
std::optional<std::uint32_t> to_number(const std::optional<std::int64_t>& number) {
  if (number.value_or(-1) == -1) return {};
  return static_cast<std::uint32_t>(*number);
}

std::string v1_line(const DevicePolicyRule& rule) {
  std::string line{static_cast<char>(rule.type)};
  line += " " + (rule.major ? std::to_string(*rule.major) : "*");
  line += ":" + (rule.minor ? std::to_string(*rule.minor) : "*") + " ";
  for (const Letter& one : kLetters) {
    if ((rule.access & one.bit) != 0) line += one.letter;
  }
  return line;
}

bool overlap(const std::optional<std::uint32_t>& a, const std::optional<std::uint32_t>& b) {
  return !a || !b || *a == *b;
}
bool covers(const std::optional<std::uint32_t>& outer, const std::optional<std::uint32_t>& inner) {
  return !outer || outer == inner;
}

// The list of exceptions to one default, as the v1 kernel code keeps it: rules that agree with
// the default take bits away from exceptions, others add to them.
class Exceptions {
 public:
  explicit Exceptions(bool allow_by_default) : default_(allow_by_default) {}

  void add(const DevicePolicyRule& rule) {
    if (rule.allow == default_) return remove(rule);
    for (DevicePolicyRule& have : list_) {
      if (have.type == rule.type && have.major == rule.major && have.minor == rule.minor) {
        have.access |= rule.access;
        return;
      }
    }
    list_.push_back(rule);
  }
  [[nodiscard]] bool allow_by_default() const { return default_; }
  [[nodiscard]] const std::vector<DevicePolicyRule>& list() const { return list_; }

 private:
  void remove(const DevicePolicyRule& rule) {
    for (DevicePolicyRule& have : list_) {
      if (have.type != rule.type || (have.access & rule.access) == 0 ||
          !overlap(have.major, rule.major) || !overlap(have.minor, rule.minor)) {
        continue;
      }
      if (!covers(rule.major, have.major) || !covers(rule.minor, have.minor)) {
        throw Error(Code::kUnsupported,
                    "/linux/resources/devices: cgroup v1 cannot take " + quoted(v1_line(rule)) +
                        " out of " + quoted(v1_line(have)),
                    {.pointer = "/linux/resources/devices"});
      }
      have.access = static_cast<std::uint8_t>(have.access & ~rule.access);
    }
    std::erase_if(list_, [](const DevicePolicyRule& have) { return have.access == 0; });
  }

  bool default_;
  std::vector<DevicePolicyRule> list_{};
};

Exceptions to_exceptions(const DevicePolicy& policy) {
  Exceptions table(/*allow_by_default=*/false);
  for (DevicePolicyRule rule : policy) {
    if (rule.is_everything()) {
      table = Exceptions(rule.allow);
      continue;
    }
    // A v1 line of type 'a' would drop its numbers: both types, each with them.
    const Type asked = rule.type;
    for (const Type type : {Type::kChar, Type::kBlock}) {
      if (asked != Type::kAll && asked != type) continue;
      rule.type = type;
      table.add(rule);
    }
  }
  return table;
}

}  // namespace

DevicePolicy device_policy(const std::vector<spec::DeviceRule>& rules) {
  DevicePolicy policy;
  policy.reserve(rules.size() + std::size(kAlwaysAllowed));
  for (const spec::DeviceRule& rule : rules) {
    policy.push_back({.allow = rule.allow,
                      .type = rule.type,
                      .access = to_access(rule.access),
                      .major = to_number(rule.major),
                      .minor = to_number(rule.minor)});
  }
  policy.insert(policy.end(), std::begin(kAlwaysAllowed), std::end(kAlwaysAllowed));
  return policy;
}

CgroupWrites to_v1_device_writes(const DevicePolicy& policy) {
  const Exceptions table = to_exceptions(policy);
  const bool allow = table.allow_by_default();
  CgroupWrites out{{"devices", allow ? "devices.allow" : "devices.deny", "a"}};
  for (const DevicePolicyRule& rule : table.list()) {
    out.push_back({"devices", allow ? "devices.deny" : "devices.allow", v1_line(rule)});
  }
  return out;
}

}  // namespace rt

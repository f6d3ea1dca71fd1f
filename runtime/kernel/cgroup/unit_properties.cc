// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/unit_properties.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "runtime/base/text.h"

namespace rt {
namespace {

constexpr std::uint64_t kInfinity = std::numeric_limits<std::uint64_t>::max();  // systemd's word
constexpr std::uint64_t kSecond = 1'000'000;                                    // microseconds
constexpr std::uint64_t kQuotaStep = 10'000;       // CPUQuotaPerSecUSec: a hundredth of a processor
constexpr std::uint64_t kDefaultPeriod = 100'000;  // microseconds, of the kernel

// The content of a limit's file as the value of a property; empty: systemd has no word for it.
using Convert = std::optional<dbus::Value> (*)(std::string_view text);

std::optional<dbus::Value> to_limit(std::string_view text) {
  if (text == "max" || text == "-1") return kInfinity;
  const auto number = parse_number<std::uint64_t>(text);
  return number ? std::optional<dbus::Value>(*number) : std::nullopt;
}

// systemd has no word for "not one".
std::optional<dbus::Value> to_task_limit(std::string_view text) {
  return to_limit(text == "0" ? "1" : text);
}

std::optional<dbus::Value> to_weight(std::string_view text) {
  const auto number = parse_number<std::uint64_t>(text);
  return number ? std::optional<dbus::Value>(*number) : std::nullopt;
}

// "default 100", or a line for a device, which systemd knows by a path only.
std::optional<dbus::Value> to_io_weight(std::string_view text) {
  constexpr std::string_view kDefault = "default ";
  return to_weight(text.starts_with(kDefault) ? text.substr(kDefault.size()) : text);
}

// A weight of 0 is how systemd spells cpu.idle; "not idle" is said by the weight itself.
std::optional<dbus::Value> to_idle_weight(std::string_view text) {
  return text == "1" ? std::optional<dbus::Value>(std::uint64_t{0}) : std::nullopt;
}

// "0-3,7": bit N of the bytes, lowest byte first.
std::optional<dbus::Value> to_bits(std::string_view text) {
  constexpr unsigned kMost = 8192;  // of processors or nodes, in any kernel
  dbus::Bytes bits;
  for (const std::string_view range : split(text, ',')) {
    const auto ends = split(range, '-');
    const auto first = parse_number<unsigned>(ends.front());
    const auto last = parse_number<unsigned>(ends.back());
    if (!first || !last || ends.size() > 2 || *last >= kMost) return {};
    for (unsigned bit = *first; bit <= *last; ++bit) {
      if (bits.size() <= bit / 8) bits.resize(bit / 8 + 1);
      bits[bit / 8] = static_cast<std::uint8_t>(bits[bit / 8] | 1U << bit % 8);
    }
  }
  return bits;
}

struct Row {
  std::string_view file;
  const char* property;
  Convert convert;
  unsigned since = 0;
};
constexpr Row kRows[] = {
    {"memory.max", "MemoryMax", to_limit},
    {"memory.high", "MemoryHigh", to_limit},
    {"memory.low", "MemoryLow", to_limit},
    {"memory.min", "MemoryMin", to_limit},
    {"memory.swap.max", "MemorySwapMax", to_limit},
    {"cpu.weight", "CPUWeight", to_weight},
    {"cpu.idle", "CPUWeight", to_idle_weight, 252},
    {"cpuset.cpus", "AllowedCPUs", to_bits},
    {"cpuset.mems", "AllowedMemoryNodes", to_bits},
    {"io.weight", "IOWeight", to_io_weight},
    {"pids.max", "TasksMax", to_task_limit},
    {"memory.limit_in_bytes", "MemoryLimit", to_limit},
    {"cpu.shares", "CPUShares", to_weight},
    {"blkio.weight", "BlockIOWeight", to_weight},
};

// Time in a period, wherever the version has the two numbers.
struct Quota {
  std::optional<std::uint64_t> time{};  // microseconds; absent: no limit
  std::uint64_t period = kDefaultPeriod;
};

// Hundredths are rounded up, so that nobody gets less than was asked for.
std::uint64_t per_second(const Quota& quota) {
  const std::uint64_t exact = *quota.time * kSecond / quota.period;
  return (exact + kQuotaStep - 1) / kQuotaStep * kQuotaStep;
}

bool fits(const Quota& quota) {
  return quota.time && *quota.time <= kInfinity / kSecond && quota.period > 0;
}

const CgroupWrite* find(const CgroupWrites& writes, std::string_view file) {
  const auto last = std::find_if(writes.rbegin(), writes.rend(),
                                 [&](const CgroupWrite& one) { return one.file == file; });
  return last == writes.rend() ? nullptr : &*last;
}

// The last word counts, as in the files. Empty: the list says nothing about it.
std::optional<Quota> quota_in(const CgroupWrites& writes) {
  if (const CgroupWrite* both = find(writes, "cpu.max")) {
    const auto words = split_blank(both->value);
    Quota out{.time = parse_number<std::uint64_t>(words.empty() ? "" : words[0])};
    if (words.size() > 1) out.period = parse_number<std::uint64_t>(words[1]).value_or(0);
    return out;
  }
  const CgroupWrite* time = find(writes, "cpu.cfs_quota_us");
  const CgroupWrite* period = find(writes, "cpu.cfs_period_us");
  if (time == nullptr && period == nullptr) return {};
  Quota out;
  if (time != nullptr) out.time = parse_number<std::uint64_t>(time->value);
  if (period != nullptr) out.period = parse_number<std::uint64_t>(period->value).value_or(0);
  return out;
}

}  // namespace

UnitProperties to_unit_properties(const UnitName& name, std::string_view id, CgroupVersion memory) {
  UnitProperties out{{{"Description", "rt container " + std::string(id)}}};
  if (name.is_slice()) {
    out.push_back({{"Wants", dbus::Strings{name.slice}}});
  } else {
    out.push_back({{"Slice", name.slice}});
    out.push_back({{"Delegate", true}});
  }
  const char* io = memory == CgroupVersion::kV1 ? "BlockIOAccounting" : "IOAccounting";
  for (const char* accounting : {"MemoryAccounting", "CPUAccounting", io, "TasksAccounting"}) {
    out.push_back({{accounting, true}});
  }
  out.push_back({{"DefaultDependencies", false}});
  return out;
}

UnitProperties to_oom_properties(const CgroupWrites& writes) {
  const CgroupWrite* group = find(writes, "memory.oom.group");
  if (group == nullptr) return {};
  return {{{"OOMPolicy", std::string(group->value == "1" ? "kill" : "continue")}, 253}};
}

UnitProperties merged(UnitProperties first, const UnitProperties& second) {
  for (const UnitProperty& one : second) {
    const auto same = std::ranges::find_if(
        first, [&](const UnitProperty& other) { return other.property.name == one.property.name; });
    if (same == first.end()) {
      first.push_back(one);
    } else {
      *same = one;
    }
  }
  return first;
}

void round_quotas(CgroupWrites& writes) {
  const auto quota = quota_in(writes);
  if (!quota || !fits(*quota)) return;
  const std::string time = std::to_string(per_second(*quota) * quota->period / kSecond);
  for (CgroupWrite& one : writes) {
    if (one.file == "cpu.max") one.value = time + " " + std::to_string(quota->period);
    if (one.file == "cpu.cfs_quota_us") one.value = time;
  }
}

UnitProperties to_unit_limits(const CgroupWrites& writes) {
  UnitProperties out;
  for (const CgroupWrite& one : writes) {
    for (const Row& row : kRows) {
      if (row.file != one.file) continue;
      const auto value = row.convert(one.value);
      if (value) out = merged(std::move(out), {{{row.property, *value}, row.since}});
    }
  }
  if (const auto quota = quota_in(writes)) {
    const std::uint64_t time = fits(*quota) ? per_second(*quota) : kInfinity;
    out.push_back({{"CPUQuotaPerSecUSec", time}});
    out.push_back({{"CPUQuotaPeriodUSec", quota->period}});
  }
  return out;
}

unsigned newest_of(const UnitProperties& properties) {
  unsigned newest = 0;
  for (const UnitProperty& one : properties) newest = std::max(newest, one.since);
  return newest;
}

dbus::Properties known_to(unsigned version, const UnitProperties& properties) {
  dbus::Properties out;
  for (const UnitProperty& one : properties) {
    if (one.since <= version) out.push_back(one.property);
  }
  return out;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/events_document.h"

#include <limits>
#include <variant>

#include "spec/fields.h"

namespace rt {
namespace {

using NoInterfaces = std::monostate;  // only networks that the runtime made would be listed: none

struct StatsData {
  CpuStats cpu{};
  CpusetStats cpuset{};
  MemoryStats memory{};
  PidsStats pids{};
  IoStats blkio{};
  std::map<std::string, HugetlbStats> hugetlb{};
  ResctrlStats intel_rdt{};
  NoInterfaces network_interfaces{};
  bool operator==(const StatsData&) const = default;
};

struct Event {
  std::string type{};
  std::string id{};
  std::optional<StatsData> data{};
  bool operator==(const Event&) const = default;
};

struct LargestIfUnlimited {};
struct Percent {};  // of a number of hundredths

}  // namespace

namespace spec {

template <>
struct Codec<NoInterfaces> {
  static void encode(json::Writer& writer, NoInterfaces /*value*/) { writer.null(); }
};

template <>
struct Codec<LargestIfUnlimited> {
  static void encode(json::Writer& writer, const Limit& value) {
    const auto* const number = std::get_if<std::uint64_t>(&value);
    writer.value(number != nullptr ? *number : std::numeric_limits<std::uint64_t>::max());
  }
};

// As Go prints it: no zeros at the end, no point before nothing.
template <>
struct Codec<Percent> {
  static void encode(json::Writer& writer, std::uint64_t hundredths) {
    std::string text = std::to_string(hundredths / 100);
    const std::uint64_t part = hundredths % 100;
    if (part != 0) text.append(part < 10 ? ".0" : ".").append(std::to_string(part));
    if (part != 0 && part % 10 == 0) text.pop_back();
    writer.number(text);
  }
};

template <>
struct Fields<PressureLine> {
  static constexpr auto list = std::tuple(always<Percent>("avg10", &PressureLine::avg10),
                                          always<Percent>("avg60", &PressureLine::avg60),
                                          always<Percent>("avg300", &PressureLine::avg300),
                                          always("total", &PressureLine::total_us));
};
template <>
struct Fields<Pressure> {
  static constexpr auto list =
      std::tuple(always("some", &Pressure::some), always("full", &Pressure::full));
};

template <>
struct Fields<CpuUsage> {
  static constexpr auto list =
      std::tuple(optional("total", &CpuUsage::total), optional("percpu", &CpuUsage::percpu),
                 optional("percpu_kernel", &CpuUsage::percpu_kernel),
                 optional("percpu_user", &CpuUsage::percpu_user),
                 always("kernel", &CpuUsage::kernel), always("user", &CpuUsage::user));
};
template <>
struct Fields<CpuThrottling> {
  static constexpr auto list =
      std::tuple(optional("periods", &CpuThrottling::periods),
                 optional("throttledPeriods", &CpuThrottling::throttled_periods),
                 optional("throttledTime", &CpuThrottling::throttled_time));
};
template <>
struct Fields<CpuStats> {
  static constexpr auto list =
      std::tuple(always("usage", &CpuStats::usage), always("throttling", &CpuStats::throttling),
                 optional("psi", &CpuStats::psi));
};

template <>
struct Fields<CpusetStats> {
  static constexpr auto list = std::tuple(
      optional("cpus", &CpusetStats::cpus), always("cpu_exclusive", &CpusetStats::cpu_exclusive),
      optional("mems", &CpusetStats::mems), always("mem_hardwall", &CpusetStats::mem_hardwall),
      always("mem_exclusive", &CpusetStats::mem_exclusive),
      always("memory_migrate", &CpusetStats::memory_migrate),
      always("memory_spread_page", &CpusetStats::memory_spread_page),
      always("memory_spread_slab", &CpusetStats::memory_spread_slab),
      always("memory_pressure", &CpusetStats::memory_pressure),
      always("sched_load_balance", &CpusetStats::sched_load_balance),
      always("sched_relax_domain_level", &CpusetStats::sched_relax_domain_level));
};

template <>
struct Fields<MemoryUsage> {
  static constexpr auto list =
      std::tuple(always<LargestIfUnlimited>("limit", &MemoryUsage::limit),
                 optional("usage", &MemoryUsage::usage), optional("max", &MemoryUsage::max),
                 always("failcnt", &MemoryUsage::failcnt));
};
template <>
struct Fields<MemoryStats> {
  static constexpr auto list =
      std::tuple(optional("cache", &MemoryStats::cache), always("usage", &MemoryStats::usage),
                 always("swap", &MemoryStats::swap), always("kernel", &MemoryStats::kernel),
                 always("kernelTCP", &MemoryStats::kernel_tcp), optional("raw", &MemoryStats::raw),
                 optional("psi", &MemoryStats::psi));
};

// "max" is told by leaving the limit out.
template <>
struct Fields<PidsStats> {
  static constexpr auto list =
      std::tuple(optional("current", &PidsStats::current), optional("limit", &PidsStats::limit));
};

template <>
struct Fields<IoEntry> {
  static constexpr auto list =
      std::tuple(optional("major", &IoEntry::major), optional("minor", &IoEntry::minor),
                 optional("op", &IoEntry::op), optional("value", &IoEntry::value));
};
template <>
struct Fields<IoStats> {
  static constexpr auto list = std::tuple(
      optional("ioServiceBytesRecursive", &IoStats::service_bytes),
      optional("ioServicedRecursive", &IoStats::serviced),
      optional("ioQueueRecursive", &IoStats::queued),
      optional("ioServiceTimeRecursive", &IoStats::service_time),
      optional("ioWaitTimeRecursive", &IoStats::wait_time),
      optional("ioMergedRecursive", &IoStats::merged), optional("ioTimeRecursive", &IoStats::time),
      optional("sectorsRecursive", &IoStats::sectors), optional("psi", &IoStats::psi));
};

template <>
struct Fields<HugetlbStats> {
  static constexpr auto list =
      std::tuple(optional("usage", &HugetlbStats::usage), optional("max", &HugetlbStats::max),
                 always("failcnt", &HugetlbStats::failcnt));
};

template <>
struct Fields<L3CacheInfo> {
  static constexpr auto list = std::tuple(optional("cbm_mask", &L3CacheInfo::cbm_mask),
                                          optional("min_cbm_bits", &L3CacheInfo::min_cbm_bits),
                                          optional("num_closids", &L3CacheInfo::num_closids));
};
template <>
struct Fields<MemBwInfo> {
  static constexpr auto list = std::tuple(optional("bandwidth_gran", &MemBwInfo::bandwidth_gran),
                                          optional("delay_linear", &MemBwInfo::delay_linear),
                                          optional("min_bandwidth", &MemBwInfo::min_bandwidth),
                                          optional("num_closids", &MemBwInfo::num_closids));
};
template <>
struct Fields<MbmStats> {
  static constexpr auto list = std::tuple(optional("mbm_total_bytes", &MbmStats::total),
                                          optional("mbm_local_bytes", &MbmStats::local));
};
template <>
struct Fields<CmtStats> {
  static constexpr auto list = std::tuple(optional("llc_occupancy", &CmtStats::llc_occupancy));
};
template <>
struct Fields<ResctrlStats> {
  static constexpr auto list = std::tuple(
      optional("l3_cache_info", &ResctrlStats::l3_cache_info),
      optional("l3_cache_schema_root", &ResctrlStats::l3_cache_schema_root),
      optional("l3_cache_schema", &ResctrlStats::l3_cache_schema),
      optional("mem_bw_info", &ResctrlStats::mem_bw_info),
      optional("mem_bw_schema_root", &ResctrlStats::mem_bw_schema_root),
      optional("mem_bw_schema", &ResctrlStats::mem_bw_schema),
      optional("schemata", &ResctrlStats::schemata), optional("mbm_stats", &ResctrlStats::mbm),
      optional("cmt_stats", &ResctrlStats::cmt));
};

template <>
struct Fields<StatsData> {
  static constexpr auto list =
      std::tuple(always("cpu", &StatsData::cpu), always("cpuset", &StatsData::cpuset),
                 always("memory", &StatsData::memory), always("pids", &StatsData::pids),
                 always("blkio", &StatsData::blkio), always("hugetlb", &StatsData::hugetlb),
                 always("intel_rdt", &StatsData::intel_rdt),
                 always("network_interfaces", &StatsData::network_interfaces));
};
template <>
struct Fields<Event> {
  static constexpr auto list = std::tuple(always("type", &Event::type), always("id", &Event::id),
                                          optional("data", &Event::data));
};

}  // namespace spec

std::string stats_line(const std::string& id, const CgroupStats& group,
                       const ResctrlStats& resctrl) {
  return spec::encode(Event{.type = "stats",
                            .id = id,
                            .data = StatsData{.cpu = group.cpu,
                                              .cpuset = group.cpuset,
                                              .memory = group.memory,
                                              .pids = group.pids,
                                              .blkio = group.io,
                                              .hugetlb = group.hugetlb,
                                              .intel_rdt = resctrl}});
}

std::string oom_line(const std::string& id) {
  return spec::encode(Event{.type = "oom", .id = id});
}

}  // namespace rt

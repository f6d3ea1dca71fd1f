// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/writes.h"

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/writes_hugetlb.h"
#include "runtime/kernel/cgroup/writes_io.h"
#include "runtime/kernel/cgroup/writes_network.h"
#include "runtime/kernel/cgroup/writes_rdma.h"
#include "runtime/kernel/cgroup/writes_unified.h"
#include "runtime/kernel/cgroup/writes_v1.h"
#include "runtime/kernel/cgroup/writes_v2.h"

namespace rt {
namespace {

using spec::Resources;

template <class Part>
const Part* if_given(const std::optional<Part>& part) {
  return part ? &*part : nullptr;
}
template <class Part>  // a list or a map: empty is absent
const Part* if_given(const Part& part) {
  return &part;
}

// append(*resources.part, out), if that part is given.
template <auto kPart, auto kAppend>
void part(const Resources& resources, CgroupWrites& out) {
  if (const auto* given = if_given(resources.*kPart)) kAppend(*given, out);
}

using Append = void (*)(const Resources& resources, CgroupWrites& out);

struct Section {
  std::string_view controller;  // v1's name for it decides where it is
  std::string_view member;
  Append v1;
  Append v2;
};

constexpr auto kMemory = &Resources::memory;
constexpr auto kCpu = &Resources::cpu;
constexpr auto kPids = &Resources::pids;
constexpr auto kIo = &Resources::block_io;
constexpr auto kHuge = &Resources::hugepage_limits;
constexpr auto kNetwork = &Resources::network;
constexpr auto kRdma = &Resources::rdma;

constexpr Section kSections[] = {
    {"memory", "/memory", part<kMemory, append_v1_memory>, part<kMemory, append_v2_memory>},
    {"cpuset", "/cpu", part<kCpu, append_v1_cpuset>, part<kCpu, append_v2_cpuset>},
    {"cpu", "/cpu", part<kCpu, append_v1_cpu>, part<kCpu, append_v2_cpu>},
    {"pids", "/pids", part<kPids, append_v1_pids>, part<kPids, append_v2_pids>},
    {"blkio", "/blockIO", part<kIo, append_v1_blkio>, part<kIo, append_v2_io>},
    {"hugetlb", "/hugepageLimits", part<kHuge, append_v1_hugetlb>, part<kHuge, append_v2_hugetlb>},
    {"net_cls", "/network", part<kNetwork, append_v1_net_cls>, part<kNetwork, append_v2_net_cls>},
    {"net_prio", "/network", part<kNetwork, append_v1_net_prio>,
     part<kNetwork, append_v2_net_prio>},
    {"rdma", "/rdma", part<kRdma, append_rdma>, part<kRdma, append_rdma>},
};

// No limit, as either version spells it: "max", "-1", "max 100000", "8:0 rbps=max", a throttle of
// 0. Managers write these whether or not somebody asked for a limit.
bool limits_nothing(const CgroupWrite& one) {
  const std::string_view value = one.value;
  if (value == "-1" || value.starts_with("max") || value.ends_with("=max")) return true;
  if (one.file.starts_with("blkio.throttle.")) return value.ends_with(" 0");
  return value == "0" && (one.file == "cpu.idle" || one.file == "cpu.cfs_burst_us");
}

void append(const Section& section, const Resources& resources, CgroupVersion version,
            CgroupWrites& out) {
  CgroupWrites part;
  (version == CgroupVersion::kV2 ? section.v2 : section.v1)(resources, part);
  for (CgroupWrite& one : part) {
    const bool off = limits_nothing(one);
    if (version == CgroupVersion::kNone && off) continue;
    if (version == CgroupVersion::kNone) {
      const std::string pointer = "/linux/resources" + std::string(section.member);
      throw Error(
          Code::kUnsupported,
          pointer + ": no cgroup hierarchy has the controller " + quoted(section.controller),
          {.pointer = pointer});
    }
    if (off && one.on_refusal == CgroupWrite::OnRefusal::kFail)
      one.on_refusal = CgroupWrite::OnRefusal::kIgnoreMissing;
    out.push_back(std::move(one));
  }
}

}  // namespace

std::string_view member_of(std::string_view controller) noexcept {
  if (controller == "devices") return "/devices";
  if (controller == "io") controller = "blkio";
  for (const Section& section : kSections) {
    if (section.controller == controller) return section.member;
  }
  return "";
}

CgroupWrites to_cgroup_writes(const Resources& resources, const CgroupHost& host) {
  CgroupWrites out;
  for (const Section& section : kSections) {
    append(section, resources, host.version_of(section.controller), out);
  }
  if (host.unified_only()) {
    append_unified(resources.unified, out);
  } else {
    refuse_unified(resources.unified);
  }
  return out;
}

}  // namespace rt

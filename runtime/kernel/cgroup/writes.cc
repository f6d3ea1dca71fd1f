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
  const char* controller;  // v1's name for it decides where it is
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
    {"memory", part<kMemory, append_v1_memory>, part<kMemory, append_v2_memory>},
    {"cpuset", part<kCpu, append_v1_cpuset>, part<kCpu, append_v2_cpuset>},
    {"cpu", part<kCpu, append_v1_cpu>, part<kCpu, append_v2_cpu>},
    {"pids", part<kPids, append_v1_pids>, part<kPids, append_v2_pids>},
    {"blkio", part<kIo, append_v1_blkio>, part<kIo, append_v2_io>},
    {"hugetlb", part<kHuge, append_v1_hugetlb>, part<kHuge, append_v2_hugetlb>},
    {"net_cls", part<kNetwork, append_v1_net_cls>, part<kNetwork, append_v2_net_cls>},
    {"net_prio", part<kNetwork, append_v1_net_prio>, part<kNetwork, append_v2_net_prio>},
    {"rdma", part<kRdma, append_rdma>, part<kRdma, append_rdma>},
};

void append(const Section& section, const Resources& resources, CgroupVersion version,
            CgroupWrites& out) {
  if (version == CgroupVersion::kV2) return section.v2(resources, out);
  const std::size_t before = out.size();
  section.v1(resources, out);
  if (version == CgroupVersion::kNone && out.size() != before) {
    throw Error(Code::kUnsupported,
                "no cgroup hierarchy has the controller " + quoted(section.controller));
  }
}

}  // namespace

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

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/writes.h"

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/writes_v1.h"
#include "runtime/kernel/cgroup/writes_v2.h"

namespace rt {
namespace {

using spec::Resources;
template <class Part>
using Append = void (*)(const Part&, CgroupWrites&);

template <class Part>
struct Section {
  const char* controller;
  std::optional<Part> Resources::*part;
  Append<Part> v1;
  Append<Part> v2;
};

template <class Part>
void append(const Section<Part>& section, const Resources& resources, const CgroupHost& host,
            CgroupWrites& out) {
  const auto& part = resources.*section.part;
  if (!part) return;
  switch (host.version_of(section.controller)) {
    case CgroupVersion::kV1:
      return section.v1(*part, out);
    case CgroupVersion::kV2:
      return section.v2(*part, out);
    case CgroupVersion::kNone:
      break;
  }
  CgroupWrites asked;
  section.v1(*part, asked);
  if (asked.empty()) return;
  throw Error(Code::kUnsupported,
              "no cgroup hierarchy has the controller " + quoted(section.controller));
}

constexpr Section<spec::Memory> kMemory{"memory", &Resources::memory, append_v1_memory,
                                        append_v2_memory};
constexpr Section<spec::Cpu> kCpu{"cpu", &Resources::cpu, append_v1_cpu, append_v2_cpu};
constexpr Section<spec::Cpu> kCpuset{"cpuset", &Resources::cpu, append_v1_cpuset, append_v2_cpuset};
constexpr Section<spec::Pids> kPids{"pids", &Resources::pids, append_v1_pids, append_v2_pids};

}  // namespace

CgroupWrites to_cgroup_writes(const spec::Resources& resources, const CgroupHost& host) {
  CgroupWrites out;
  append(kMemory, resources, host, out);
  append(kCpuset, resources, host, out);
  append(kCpu, resources, host, out);
  append(kPids, resources, host, out);
  return out;
}

}  // namespace rt

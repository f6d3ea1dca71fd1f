// SPDX-License-Identifier: Apache-2.0
#include "spec/unsupported.h"

#include <algorithm>
#include <string>

#include "runtime/base/error.h"
#include "spec/mount_options.h"

namespace rt::spec {
namespace {

template <class T>
struct Row {
  const char* pointer;
  bool (*used)(const T& value);
};

bool is_set(const std::optional<std::uint16_t>& weight) {
  return weight.value_or(0) != 0;
}
// Callers write -1 and 0 for "no limit" and "not set".
bool is_limited(const std::optional<Limit>& limit) {
  const auto* const number = limit ? std::get_if<std::uint64_t>(&*limit) : nullptr;
  return number != nullptr && *number != 0;
}

constexpr Row<Process> kProcess[] = {
    {"/scheduler", [](const Process& p) { return p.scheduler.has_value(); }},
    {"/ioPriority", [](const Process& p) { return p.io_priority.has_value(); }},
    {"/apparmorProfile", [](const Process& p) { return !p.apparmor_profile.empty(); }},
    {"/selinuxLabel", [](const Process& p) { return !p.selinux_label.empty(); }},
};

// For exec only: the spec wants it ignored for the container's first process.
constexpr Row<Process> kExec[] = {
    {"/execCPUAffinity", [](const Process& p) { return p.exec_cpu_affinity.has_value(); }},
};

constexpr Row<Memory> kMemory[] = {
    {"/kernel", [](const Memory& m) { return is_limited(m.kernel); }},
    {"/kernelTCP", [](const Memory& m) { return is_limited(m.kernel_tcp); }},
    {"/swappiness", [](const Memory& m) { return m.swappiness.has_value(); }},
    {"/disableOOMKiller", [](const Memory& m) { return m.disable_oom_killer.value_or(false); }},
};

constexpr Row<Cpu> kCpu[] = {
    {"/realtimeRuntime", [](const Cpu& c) { return c.realtime_runtime.value_or(0) != 0; }},
    {"/realtimePeriod", [](const Cpu& c) { return c.realtime_period.value_or(0) != 0; }},
};

constexpr Row<BlockIo> kBlockIo[] = {
    {"/weight", [](const BlockIo& b) { return is_set(b.weight); }},
    {"/leafWeight", [](const BlockIo& b) { return is_set(b.leaf_weight); }},
    {"/weightDevice", [](const BlockIo& b) { return !b.weight_device.empty(); }},
    {"/throttleReadBpsDevice",
     [](const BlockIo& b) { return !b.throttle_read_bps_device.empty(); }},
    {"/throttleWriteBpsDevice",
     [](const BlockIo& b) { return !b.throttle_write_bps_device.empty(); }},
    {"/throttleReadIOPSDevice",
     [](const BlockIo& b) { return !b.throttle_read_iops_device.empty(); }},
    {"/throttleWriteIOPSDevice",
     [](const BlockIo& b) { return !b.throttle_write_iops_device.empty(); }},
};

constexpr Row<Network> kNetwork[] = {
    {"/classID", [](const Network& n) { return n.class_id.value_or(0) != 0; }},
    {"/priorities", [](const Network& n) { return !n.priorities.empty(); }},
};

constexpr Row<Resources> kResources[] = {
    {"/hugepageLimits", [](const Resources& r) { return !r.hugepage_limits.empty(); }},
    {"/rdma", [](const Resources& r) { return !r.rdma.empty(); }},
    {"/unified", [](const Resources& r) { return !r.unified.empty(); }},
};

constexpr Row<Linux> kLinux[] = {
    {"/mountLabel", [](const Linux& l) { return !l.mount_label.empty(); }},
    {"/intelRdt", [](const Linux& l) { return l.intel_rdt.has_value(); }},
    {"/netDevices", [](const Linux& l) { return !l.net_devices.empty(); }},
    {"/memoryPolicy", [](const Linux& l) { return l.memory_policy.has_value(); }},
    {"/personality", [](const Linux& l) { return l.personality.has_value(); }},
};

constexpr Row<Mount> kMount[] = {
    {"/options/tmpcopyup", [](const Mount& m) { return parse_mount_options(m.options).tmpcopyup; }},
};

template <class T, std::size_t N>
void refuse(const Row<T> (&rows)[N], const T& value, std::string_view file,
            const std::string& base) {
  for (const Row<T>& row : rows) {
    if (!row.used(value)) continue;
    const std::string pointer = base + row.pointer;
    throw Error(Code::kUnsupported,
                std::string(file) + ": " + pointer + ": not supported by this build",
                Facts{.path = std::string(file), .pointer = pointer});
  }
}

template <class T, std::size_t N>
void refuse(const Row<T> (&rows)[N], const std::optional<T>& value, std::string_view file,
            const std::string& base) {
  if (value) refuse(rows, *value, file, base);
}

void refuse_resources(const Resources& resources, std::string_view file, const std::string& base) {
  refuse(kMemory, resources.memory, file, base + "/memory");
  refuse(kCpu, resources.cpu, file, base + "/cpu");
  refuse(kBlockIo, resources.block_io, file, base + "/blockIO");
  refuse(kNetwork, resources.network, file, base + "/network");
  refuse(kResources, resources, file, base);
}

}  // namespace

void refuse_unsupported(const Config& config, std::string_view file_name) {
  refuse(kProcess, config.process, file_name, "/process");
  for (std::size_t i = 0; i < config.mounts.size(); ++i)
    refuse(kMount, config.mounts[i], file_name, "/mounts/" + std::to_string(i));
  refuse(kLinux, config.linux_, file_name, "/linux");
  if (config.linux_ && config.linux_->resources)
    refuse_resources(*config.linux_->resources, file_name, "/linux/resources");
}

void refuse_unsupported(const Process& process, std::string_view file_name) {
  refuse(kProcess, process, file_name, "");
  refuse(kExec, process, file_name, "");
}

void refuse_unsupported(const Resources& resources, std::string_view file_name) {
  refuse_resources(resources, file_name, "");
}

}  // namespace rt::spec

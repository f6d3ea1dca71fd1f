// SPDX-License-Identifier: Apache-2.0
//
// config.json + options + facts about the host -> everything that will be done, as plain values.
// Pure: all decisions end here, nothing is touched. `rt-init` obeys ContainerPlan::init, the host
// side obeys the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/container/verbs.h"
#include "runtime/init/plan.h"
#include "runtime/kernel/capabilities.h"
#include "runtime/kernel/cgroup/hierarchy.h"
#include "runtime/kernel/cgroup/plan.h"
#include "spec/config.h"

namespace rt {

// What a decision may depend on besides the document.
struct HostFacts {
  CgroupHost cgroups{};
  CapabilityLimits capabilities{};
  bool in_user_namespace = false;   // rt itself: no mknod, no device filter
  std::string bundle{};             // absolute
  std::string rootfs{};             // absolute, free of links
  std::uint64_t rootfs_device = 0;  // st_dev, st_ino
  std::uint64_t rootfs_inode = 0;
  unsigned listen_fds = 0;         // LISTEN_FDS, when LISTEN_PID is this process
  std::string notify_directory{};  // host directory of the relayed sd_notify socket; "" none
};
HostFacts find_host_facts();  // all but the bundle's
// Throws Error(kUnsupported) below Linux 5.14: mounts by descriptor, cgroup.kill, close_range
// (decision 0006). `release` is as uname(2) gives it.
void demand_kernel(const std::string& release);
// How many descriptors systemd passed to this very process (sd_listen_fds(3)).
unsigned listen_fds();

// One detached host mount that the runtime makes, in the order in which rt-init needs them.
struct TreePlan {
  std::string source{};  // absolute, or relative to the bundle
  MountChange change{};
  std::vector<Propagation> propagation{};
  std::vector<spec::IdMapping> uid_mappings{};  // id-mapped with these …
  std::vector<spec::IdMapping> gid_mappings{};
  bool map_like_container = false;  // … or with the container's user namespace
  bool map_recursive = false;
  bool recursive = false;
  bool follow_link = true;
  bool keep_peers = false;
  std::optional<std::size_t> own_cgroup{};  // the container's cgroup, by its index in the places
  bool device = false;                      // host node for `device_step`
  DeviceStep device_step{};
};

struct ContainerPlan {
  InitPlan init{};
  CgroupPlan cgroup{};
  std::vector<std::pair<std::uint32_t, std::string>> joined{};  // CLONE_NEW*, path
  std::vector<TreePlan> trees{};
  std::vector<spec::IdMapping> uid_mappings{};  // of a new user namespace
  std::vector<spec::IdMapping> gid_mappings{};
  std::vector<std::string> warnings{};
  bool delegate_cgroup = false;
};

ContainerPlan make_plan(const spec::Config& config, const CreateOptions& options,
                        const HostFacts& host);

// Its parts, each for a table test of its own.
void plan_namespaces(const spec::Config& config, ContainerPlan& plan);
void plan_mounts(const spec::Config& config, const HostFacts& host, ContainerPlan& plan);
void plan_devices(const spec::Config& config, const HostFacts& host, ContainerPlan& plan);
ProcessPlan plan_process(const spec::Process& process, const CreateOptions& options,
                         const HostFacts& host, const ContainerPlan& plan,
                         std::vector<std::string>& warnings);

[[nodiscard]] bool has_namespace(const spec::Config& config, spec::NamespaceType type);
[[nodiscard]] bool has_new_namespace(const spec::Config& config, spec::NamespaceType type);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// config.json + options + facts about the host -> everything that will be done, as plain values.
// Pure: all decisions end here, nothing is touched. `rt-init` obeys ContainerPlan::init, the host
// side obeys the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/container/annotations.h"
#include "runtime/container/verbs.h"
#include "runtime/init/plan.h"
#include "runtime/kernel/capabilities.h"
#include "runtime/kernel/cgroup/hierarchy.h"
#include "runtime/kernel/cgroup/plan.h"
#include "runtime/kernel/id_map.h"
#include "runtime/kernel/lsm_state.h"
#include "runtime/kernel/seccomp.h"
#include "spec/config.h"

namespace rt {

// What the kernel lets this process do. The defaults are root of the whole machine.
struct Authority {
  IdMapper ids{};
  bool mounts = true;     // CAP_SYS_ADMIN in the user namespace that owns our mounts
  bool setgroups = true;  // /proc/self/setgroups
};

// What a decision may depend on besides the document.
struct HostFacts {
  CgroupHost cgroups{};
  std::optional<SystemdFacts> systemd{};  // where it makes the cgroups
  CapabilityLimits capabilities{};
  Lsms lsms{};  // where a label asks for one
  Authority authority{};
  bool in_user_namespace = false;  // rt itself: no mknod, no device filter
  // Indexes of hierarchies where the container's cgroup cannot be made, and need not be (rootless).
  std::vector<std::size_t> closed_cgroups{};
  std::string bundle{};             // absolute
  std::string rootfs{};             // absolute, free of links
  std::uint64_t rootfs_device = 0;  // st_dev, st_ino
  std::uint64_t rootfs_inode = 0;
  // The config names the cgroup namespace that rt itself is in: the host's, as a rule.
  bool joins_own_cgroup_namespace = false;
  // A filter is made, or found where it was made before.
  std::function<SeccompPlan(const spec::Seccomp&)> compile_seccomp = to_seccomp_plan;
  unsigned listen_fds = 0;         // LISTEN_FDS, when LISTEN_PID is this process
  std::string notify_directory{};  // host directory of the relayed sd_notify socket; "" none
};
HostFacts find_host_facts();  // of the caller: all but cgroups, the bundle's and lsms
[[nodiscard]] bool has_labels(const spec::Process& process);
[[nodiscard]] bool is_rootless(Rootless wanted, const HostFacts& host);
// Throws Error(kUnsupported) below Linux 5.14: mounts by descriptor, cgroup.kill, close_range
// (decision 0006). `release` is as uname(2) gives it.
void demand_kernel(const std::string& release);
// How many descriptors systemd passed to this very process (sd_listen_fds(3)).
unsigned listen_fds();

// One detached host mount that the runtime makes, in the order in which rt-init needs them.
struct TreePlan {
  std::string source{};  // absolute, or relative to the bundle
  std::string origin{};  // where config.json asks for it
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

struct JoinPlan {
  std::uint32_t type = 0;  // CLONE_NEW*
  std::string path{};
  std::string origin{};  // "/linux/namespaces/0/path", the place to name in an error
};

struct ContainerPlan {
  Annotated annotated{};
  InitPlan init{};
  CgroupPlan cgroup{};
  std::vector<JoinPlan> joined{};
  std::vector<TreePlan> trees{};
  IdMaps id_maps{};  // of a new user namespace; of a joined one once it is open (join.h)
  std::vector<std::string> warnings{};
  bool user_namespace = false;  // a new or a joined one
  bool delegate_cgroup = false;
};

ContainerPlan make_plan(const spec::Config& config, const CreateOptions& options,
                        const HostFacts& host);

// The same for a process that joins the namespaces `joined` (CLONE_NEW*) of a container.
ContainerPlan make_exec_plan(const spec::Config& config, const spec::Process& process,
                             const CreateOptions& options, const HostFacts& host,
                             std::uint32_t joined);

// Its parts, each for a table test of its own.
void plan_namespaces(const spec::Config& config, ContainerPlan& plan);
void plan_mounts(const spec::Config& config, const HostFacts& host, ContainerPlan& plan);
void plan_devices(const spec::Config& config, const HostFacts& host, ContainerPlan& plan);
// Who writes it: the runtime, or stage 1 its own.
void plan_oom_score(const spec::Config& config, const HostFacts& host, ContainerPlan& plan);
// Who maps the ids, and what follows for process.user (plan_rootless.cc).
void plan_id_maps(const spec::Config& config, const HostFacts& host, ContainerPlan& plan);
void plan_groups(const HostFacts& host, ContainerPlan& plan);
// Without privileges: what the kernel leaves to rt-init in its user namespace, or refuses for good.
void plan_rootless(const HostFacts& host, ContainerPlan& plan);
// Leaves out the cgroups that cannot be made, where nothing was asked of them.
void leave_out_closed_cgroups(const spec::Config& config, const HostFacts& host,
                              ContainerPlan& plan);
ProcessPlan plan_process(const spec::Process& process, const CreateOptions& options,
                         const HostFacts& host, const ContainerPlan& plan,
                         std::vector<std::string>& warnings);

[[nodiscard]] bool has_namespace(const spec::Config& config, spec::NamespaceType type);
[[nodiscard]] bool has_new_namespace(const spec::Config& config, spec::NamespaceType type);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// InitPlan: every decision about a new process, made in the runtime, as plain values. rt-init obeys
// it: it parses no JSON and looks nothing up on the host. Encoded as a bounded binary message
// (encode_plan, decode_plan); rt and rt-init come from one build, so there are no versions of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/kernel/devices.h"
#include "runtime/kernel/identity.h"
#include "runtime/kernel/memory_policy.h"
#include "runtime/kernel/mount.h"
#include "runtime/kernel/rootfs.h"
#include "runtime/kernel/scheduling.h"
#include "runtime/kernel/sysctl.h"
#include "runtime/kernel/terminal.h"
#include "spec/config.h"

namespace rt {

struct NamespacePlan {
  std::uint32_t created = 0;            // CLONE_NEW* of the new ones, cgroup apart
  std::vector<std::uint32_t> joined{};  // CLONE_NEW*, several for a pidfd
  std::uint8_t new_cgroup = 0;          // made last, when the process sits in its cgroup
  std::uint8_t two_stages = 0;   // 0: no stage 1; the clone makes them, stage 2 joins the others
  std::uint8_t become_root = 0;  // a user namespace: take its root's ids, once it is mapped
  std::uint32_t root_uid = 0;    // in the container: 0, or what is mapped instead
  std::uint32_t root_gid = 0;
  std::uint8_t has_mounts = 0;  // a mount namespace of its own or a joined one
  std::uint8_t loopback_up = 0;
  std::uint8_t traceable =
      0;  // 1: dumpable while the runtime writes to our /proc files (traceable.h)
  std::string time_offsets{};                   // for /proc/self/timens_offsets
  std::optional<std::int32_t> oom_score_adj{};  // where the runtime may not write it
};

// A host tree that rt-init opens itself, because the runtime may not mount (decision 0015).
struct InsideTree {
  std::string source{};  // absolute
  MountChange change{};
  std::vector<Propagation> propagation{};
  std::uint8_t recursive = 0;
  std::uint8_t follow_link = 1;
  std::uint8_t keep_peers = 0;
  std::optional<DeviceStep> device{};  // the host's node of it
};

struct SeccompLoad {
  std::string program{};    // sock_filter array; empty: no filter
  std::uint32_t flags = 0;  // SECCOMP_FILTER_FLAG_*
  std::uint8_t listener = 0;
};

struct RlimitPlan {
  std::int32_t resource = 0;  // RLIMIT_*
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};

struct ProcessPlan {
  std::vector<std::string> args{};  // empty: no process; start is an error
  std::vector<std::string> env{};
  std::string cwd{};
  IdentityPlan identity{};
  SeccompLoad seccomp{};
  TerminalPlan terminal{};
  std::string keyring{};       // session keyring to join; empty: keep the caller's
  std::uint32_t kept_fds = 0;  // how many above 2 stay open: LISTEN_FDS + --preserve-fds
  std::uint8_t no_new_privs = 0;
  std::string apparmor_profile{};  // empty: the one that the kernel gives
  std::string selinux_label{};     // empty: the same
  std::vector<RlimitPlan> rlimits{};
  std::optional<SchedulerPlan> scheduler{};
  std::optional<IoPriorityPlan> io_priority{};
  std::optional<MemoryPolicyPlan> memory_policy{};
  std::optional<std::uint32_t> personality{};  // PER_*
};

// Hooks that run inside. The state document differs only in the pid as the container sees it, so it
// comes in two halves.
struct HookPlan {
  std::vector<spec::Hook> list{};
  std::string state_before_pid{};
  std::string state_after_pid{};
};

struct InitPlan {
  std::uint8_t joins_container = 0;  // 1: exec; nothing is built
  std::uint8_t has_gate = 0;         // 1: create; otherwise Begin brings the pipe for the answer
  NamespacePlan namespaces{};
  RootfsPlan rootfs{};
  std::vector<MountStep> mounts{};
  std::vector<DeviceStep> devices{};
  std::vector<std::string> masked_paths{};
  std::vector<std::string> readonly_paths{};
  std::vector<SysctlStep> sysctls{};
  std::string hostname{};
  std::string domainname{};
  ProcessPlan process{};
  HookPlan create_container{};
  HookPlan start_container{};
  std::string bundle{};            // working directory of createContainer hooks
  std::uint8_t dev_is_ours = 1;    // 0: /dev is a bind mount, leave it alone
  std::uint8_t runtime_hooks = 0;  // 1: net devices, or any hook of create: wait for the host
  std::uint8_t mounts_inside = 0;  // 1: stage 1 opens the root filesystem and `trees`
  std::vector<InsideTree> trees{};
};

std::string encode_plan(const InitPlan& plan);
// Throws Error(kProtocol) for anything that encode_plan did not make.
InitPlan decode_plan(std::string_view bytes);

}  // namespace rt

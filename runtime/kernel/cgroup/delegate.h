// SPDX-License-Identifier: Apache-2.0
//
// Gives a cgroup v2 to a user, so that the container can manage what is below it.
// Rules: runtime-spec config-linux.md "Cgroup ownership"; kernel admin-guide cgroup-v2
// "Delegation"; CG-10 to CG-15.
#pragma once

#include <sys/types.h>

#include "runtime/kernel/cgroup/hierarchy.h"
#include "spec/config.h"

namespace rt {

// Whether the document asks for it: a new cgroup namespace, and a mount of source "cgroup" on
// /sys/fs/cgroup without "ro".
[[nodiscard]] bool wants_delegation(const spec::Config& config);

// chown of the directory `cgroup_fd` and of the files that /sys/kernel/cgroup/delegate names
// (absent: cgroup.procs, cgroup.subtree_control, cgroup.threads). The group stays. Names that do
// not exist are skipped. Only for v2 (CG-11).
void delegate_cgroup(int cgroup_fd, uid_t host_uid);

}  // namespace rt

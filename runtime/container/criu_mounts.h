// SPDX-License-Identifier: Apache-2.0
//
// What of a container's mounts is the host's: CRIU neither dumps nor restores it, but is told the
// mount point (checkpoint) and what to bind there (restore). The names in the images are the mount
// points, as runc has them: either can restore what the other has dumped.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/beneath.h"
#include "runtime/container/make_plan.h"

namespace rt {

struct HostMount {
  std::string destination{};  // in the container; links of its root followed
  std::string source{};       // absolute, on the host
};

// Of the plan's mounts and devices. `root` is the container's as it runs, or the rootfs it shall
// have; `root_path` is what the kernel puts before paths inside it.
std::vector<HostMount> host_mounts(const ContainerPlan& plan, const Root& root,
                                   const std::string& root_path, const std::string& bundle);

// The mount points that are missing in the rootfs, or in what is bound over it. What lies on a
// tmpfs CRIU brings along.
void make_mount_points(const ContainerPlan& plan, const Root& rootfs, const std::string& bundle);

// Masked paths that are no directories: /dev/null lies over them.
std::vector<std::string> masked_files(const std::vector<std::string>& paths, const Root& root);

}  // namespace rt

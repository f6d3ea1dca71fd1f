// SPDX-License-Identifier: Apache-2.0
//
// A new filesystem of the everyday kinds in one call, where the steps of mount.h are nine or more.
// Its mount point is the working directory, which is a descriptor that was opened inside the root:
// mount(2) on "." walks no path, and gives the mount its attributes before anybody can see it.
#pragma once

namespace rt {

struct MountStep;

// False: it was not tried, because the step asks for more, or the kernel refused it. Nothing is
// mounted then, and mount.h's way finds the words for what is wrong. Changes the working directory.
[[nodiscard]] bool try_mount_at_once(int where_fd, const MountStep& step);

}  // namespace rt

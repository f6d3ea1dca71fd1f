// SPDX-License-Identifier: Apache-2.0
//
// tmpcopyup: what a directory holds, copied into the new tmpfs that is about to cover it: content
// with its holes, modes, owners, times, links of both kinds, FIFOs, sockets, devices, and extended
// attributes as far as the kernel lets us (files and directories only). What is mounted below the
// directory is not its content and is left out.
//
// The image controls every name: they are looked up one by one beneath descriptors, never through
// a link, never into another mount, and nothing but a regular file is ever opened for reading.
// Rule: option of runc and crun, no part of the runtime-spec (CVE-2019-16884 tells what paths do).
#pragma once

namespace rt {

// `from_fd` may be O_PATH. `to_fd` is the empty top directory of a mount that nobody else can reach
// yet; its mode and owner are the caller's affair, its times and attributes are copied.
// Throws what the kernel says, e.g. ENOSPC for a tmpfs that is too small, EINVAL for an owner
// without an id in the user namespace; the target is then to be thrown away.
void copy_up(int from_fd, int to_fd);

}  // namespace rt

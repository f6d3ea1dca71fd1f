// SPDX-License-Identifier: Apache-2.0
//
// Device nodes and the links of /dev. Nodes are made by name in a parent that openat2 resolved
// inside the root; a final link is never followed (CVE-2026-41579, CVE-2026-47766).
// Rule: runtime-spec config-linux.md "Default Devices", "Devices", runtime-linux.md "Dev symlinks".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/beneath.h"
#include "runtime/base/fd.h"

namespace rt {

struct DeviceStep {
  std::string path{};         // inside the root
  std::uint32_t type = 0;     // S_IFCHR, S_IFBLK, S_IFIFO
  std::uint32_t mode = 0666;  // permission bits, set whatever the umask is
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t uid = 0;  // in the container
  std::uint32_t gid = 0;
  std::uint8_t bind = 0;  // 1: without CAP_MKNOD on the host; the host's node is bound
  std::string origin{};   // "/linux/devices/0", the place to name in an error
};

// Makes nodes and links one after the other, and opens a directory once for all that follow each
// other in it.
class DeviceMaker {
 public:
  explicit DeviceMaker(const Root& root) noexcept : root_(root) {}

  // A matching node that is already there is kept; anything else at that path is an error (DEV-03).
  // `host_node` is the detached mount of the host's node when step.bind is 1.
  void make(const DeviceStep& step, Fd host_node);

  // /dev/ptmx -> pts/ptmx, and fd, stdin, stdout, stderr, core where their target exists.
  void make_links();

 private:
  int parent_of(const std::string& path);

  const Root& root_;
  std::string parent_path_{};
  Fd parent_{};
};

// The host's node as a detached mount with these MOUNT_ATTR_*, after checking that it is that
// device.
Fd clone_host_device(const DeviceStep& step, std::uint64_t attributes = 0);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// What holds when nobody says anything: the document that `rt spec` writes, and the devices and
// links that every container gets.
// Sources: runtime-spec config-linux.md "Default Devices", runtime-linux.md "Dev symbolic links";
// the document is the one that `runc spec` writes, with our host name.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <string_view>

#include "spec/config.h"

namespace rt::spec {

enum class Rootless : bool { kNo, kYes };
enum class CgroupNamespace : bool { kNo, kYes };  // kYes on a cgroup v2 host

struct ExampleOptions {
  Rootless rootless = Rootless::kNo;
  uid_t host_uid = 0;  // mapped to root when rootless
  gid_t host_gid = 0;
  CgroupNamespace cgroup_namespace = CgroupNamespace::kYes;
};

[[nodiscard]] Config example(const ExampleOptions& options);
// Tabs, no newline at the end.
[[nodiscard]] std::string example_config(bool rootless, uid_t uid, gid_t gid,
                                         bool cgroup_namespace);

// Character devices, mode 0666, owner 0:0, to be supplied beside `linux.devices`.
struct DefaultDevice {
  const char* path;
  unsigned major;
  unsigned minor;
};
[[nodiscard]] std::span<const DefaultDevice> default_devices() noexcept;
inline constexpr std::uint32_t kDefaultDeviceMode = 0666;

[[nodiscard]] std::span<const char* const> default_masked_paths() noexcept;
[[nodiscard]] std::span<const char* const> default_readonly_paths() noexcept;

}  // namespace rt::spec

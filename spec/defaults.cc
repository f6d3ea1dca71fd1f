// SPDX-License-Identifier: Apache-2.0
#include "spec/defaults.h"

#include <algorithm>

#include "spec/documents.h"

namespace rt::spec {
namespace {

constexpr DefaultDevice kDevices[] = {
    {"/dev/null", 1, 3},   {"/dev/zero", 1, 5},    {"/dev/full", 1, 7},
    {"/dev/random", 1, 8}, {"/dev/urandom", 1, 9}, {"/dev/tty", 5, 0},
};

// /dev/core is not of the spec; runc and crun make it.
constexpr const char* kMaskedPaths[] = {
    "/proc/acpi",          "/proc/asound",     "/proc/kcore",       "/proc/keys",
    "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
    "/sys/firmware",       "/proc/scsi",
};

constexpr const char* kReadonlyPaths[] = {
    "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
};

std::vector<Mount> example_mounts() {
  return {
      {.destination = "/proc", .type = "proc", .source = "proc"},
      {.destination = "/dev",
       .type = "tmpfs",
       .source = "tmpfs",
       .options = {"nosuid", "strictatime", "mode=755", "size=65536k"}},
      {.destination = "/dev/pts",
       .type = "devpts",
       .source = "devpts",
       .options = {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}},
      {.destination = "/dev/shm",
       .type = "tmpfs",
       .source = "shm",
       .options = {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}},
      {.destination = "/dev/mqueue",
       .type = "mqueue",
       .source = "mqueue",
       .options = {"nosuid", "noexec", "nodev"}},
      {.destination = "/sys",
       .type = "sysfs",
       .source = "sysfs",
       .options = {"nosuid", "noexec", "nodev", "ro"}},
      {.destination = "/sys/fs/cgroup",
       .type = "cgroup",
       .source = "cgroup",
       .options = {"nosuid", "noexec", "nodev", "relatime", "ro"}},
  };
}

Process example_process() {
  const std::vector<std::string> kept = {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"};
  return {
      .terminal = true,
      .args = {"sh"},
      .env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"},
      .cwd = "/",
      .capabilities = Capabilities{.bounding = kept, .effective = kept, .permitted = kept},
      .rlimits = {{.type = RlimitType::kNofile, .soft = 1024, .hard = 1024}},
      .no_new_privileges = true,
  };
}

Linux example_linux(CgroupNamespace cgroup_namespace) {
  Linux out;
  out.resources = Resources{.devices = {{.allow = false, .access = "rwm"}}};
  using enum NamespaceType;
  for (const NamespaceType type : {kPid, kNetwork, kIpc, kUts, kMount})
    out.namespaces.push_back({.type = type});
  if (cgroup_namespace == CgroupNamespace::kYes) out.namespaces.push_back({.type = kCgroup});
  out.masked_paths.assign(std::begin(kMaskedPaths), std::end(kMaskedPaths));
  out.readonly_paths.assign(std::begin(kReadonlyPaths), std::end(kReadonlyPaths));
  return out;
}

// What an unprivileged caller cannot have goes: the network namespace (nobody could set it up), a
// sysfs of its own (it needs one), group 5 (not mapped), limits (no cgroup to write to).
void make_rootless(Config& config, const ExampleOptions& options) {
  Linux& linux_part = *config.linux_;
  std::erase_if(linux_part.namespaces,
                [](const Namespace& ns) { return ns.type == NamespaceType::kNetwork; });
  linux_part.namespaces.push_back({.type = NamespaceType::kUser});
  linux_part.uid_mappings = {{.container_id = 0, .host_id = options.host_uid, .size = 1}};
  linux_part.gid_mappings = {{.container_id = 0, .host_id = options.host_gid, .size = 1}};
  linux_part.resources.reset();
  for (Mount& mount : config.mounts) {
    std::erase_if(mount.options, [](const std::string& option) {
      return option.starts_with("gid=") || option.starts_with("uid=");
    });
    if (mount.destination == "/sys")
      mount = {.destination = "/sys",
               .type = "none",
               .source = "/sys",
               .options = {"rbind", "nosuid", "noexec", "nodev", "ro"}};
  }
}

}  // namespace

Config example(const ExampleOptions& options) {
  Config config{
      .oci_version = kOciVersion,
      .process = example_process(),
      .root = Root{.path = "rootfs", .readonly = true},
      .hostname = "rt",
      .mounts = example_mounts(),
      .linux_ = example_linux(options.cgroup_namespace),
  };
  if (options.rootless == Rootless::kYes) make_rootless(config, options);
  return config;
}

std::string example_config(bool rootless, uid_t uid, gid_t gid, bool cgroup_namespace) {
  const ExampleOptions options{
      .rootless = Rootless{rootless},
      .host_uid = uid,
      .host_gid = gid,
      .cgroup_namespace = CgroupNamespace{cgroup_namespace},
  };
  return to_json(example(options), json::kTabs);
}

std::span<const DefaultDevice> default_devices() noexcept {
  return kDevices;
}
std::span<const char* const> default_masked_paths() noexcept {
  return kMaskedPaths;
}
std::span<const char* const> default_readonly_paths() noexcept {
  return kReadonlyPaths;
}

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
//
// config.mounts and devices to steps: what rt-init mounts itself, and which host trees it gets.
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/container/make_plan.h"
#include "runtime/kernel/cgroup/hierarchy.h"
#include "spec/defaults.h"
#include "spec/mount_options.h"

namespace rt {
namespace {

using spec::NamespaceType;

MountChange to_change(const spec::MountOptions& options) {
  return {.set = options.attr.set,
          .clear = options.attr.clear,
          .recursive_set = options.rec_attr.set,
          .recursive_clear = options.rec_attr.clear};
}

std::vector<Propagation> to_propagation(const spec::MountOptions& options) {
  std::vector<Propagation> out;
  for (const std::uint64_t word : options.propagation) {
    out.push_back({.kind = word & ~std::uint64_t{MS_REC},
                   .recursive = (word & MS_REC) != 0 ? std::uint8_t{1} : std::uint8_t{0}});
  }
  return out;
}

bool keeps_host_peers(const spec::Config& config) {
  return config.linux_ && config.linux_->rootfs_propagation &&
         config.linux_->rootfs_propagation->kind == spec::Propagation::kShared;
}

// Filesystems without a device of their own: read-only is the mount's affair alone.
bool is_pseudo(std::string_view type) {
  constexpr std::array<std::string_view, 7> kPseudo{"tmpfs",  "proc",   "sysfs",  "devpts",
                                                    "mqueue", "cgroup", "cgroup2"};
  return std::find(kPseudo.begin(), kPseudo.end(), type) != kPseudo.end();
}

class MountPlanner {
 public:
  MountPlanner(const spec::Config& config, const HostFacts& host, ContainerPlan& plan)
      : config_(config), host_(host), plan_(plan) {}

  void add(const spec::Mount& mount) {
    const spec::MountOptions options = spec::parse_mount_options(mount.options);
    MountStep step{.destination = clean_absolute(mount.destination),
                   .type = mount.type,
                   .source = mount.source,
                   .change = to_change(options),
                   .propagation = to_propagation(options)};
    if (options.bind || mount.type == "bind") {
      if (options.remount) return remount(std::move(step));
      return bind(std::move(step), mount, options);
    }
    if (options.remount) return remount(std::move(step));
    if (mount.type == "cgroup") return cgroup(std::move(step));
    filesystem(std::move(step), options);
  }

 private:
  void remount(MountStep step) {
    step.kind = MountKind::kRemount;
    plan_.init.mounts.push_back(std::move(step));
  }

  void bind(MountStep step, const spec::Mount& mount, const spec::MountOptions& options) {
    if (!options.data.empty()) {
      throw Error(Code::kBadConfig,
                  "bind mount on " + quoted(mount.destination) + ": option " +
                      quoted(options.data.front()) + " is for filesystems",
                  {.path = mount.destination});
    }
    step.kind = MountKind::kTree;
    plan_.trees.push_back({.source = mount.source,
                           .change = step.change,
                           .propagation = step.propagation,
                           .uid_mappings = mount.uid_mappings,
                           .gid_mappings = mount.gid_mappings,
                           .map_like_container = options.idmap && mount.uid_mappings.empty(),
                           .map_recursive = options.idmap_recursive,
                           .recursive = options.bind_recursive,
                           .follow_link = !options.src_nofollow,
                           .keep_peers = keeps_host_peers(config_)});
    if (step.destination == "/dev") plan_.init.dev_is_ours = 0;
    plan_.init.mounts.push_back(std::move(step));
  }

  void filesystem(MountStep step, const spec::MountOptions& options) {
    if (step.type.empty()) {
      throw Error(Code::kBadConfig,
                  "mount on " + quoted(step.destination) + " has neither a type nor bind",
                  {.path = step.destination});
    }
    step.options = spec::fsconfig_flags(options);
    step.options.insert(step.options.end(), options.data.begin(), options.data.end());
    const bool read_only = ((step.change.set | step.change.recursive_set) & MOUNT_ATTR_RDONLY) != 0;
    if (read_only && !is_pseudo(step.type)) step.options.insert(step.options.begin(), "ro");
    // Mount points, devices and links are still to be made in these.
    if (read_only && (step.type == "tmpfs" || step.destination == "/dev")) step.read_only_last = 1;
    if (options.tmpcopyup) step.copy_up = 1;
    plan_.init.mounts.push_back(std::move(step));
  }

  bool own_cgroup_namespace() const { return has_namespace(config_, NamespaceType::kCgroup); }

  // MNT-04. v2: the hierarchy as the cgroup namespace shows it; without one the container's own
  // subtree, read-only, because the host's tree is not its business (CVE-2023-25809).
  void cgroup(MountStep step) {
    if (host_.cgroups.unified_only()) {
      if (own_cgroup_namespace()) {
        step.type = "cgroup2";
        plan_.init.mounts.push_back(std::move(step));
      } else if (!plan_.cgroup.places.empty()) {
        cgroup_tree(std::move(step), 0);
      }
      return;
    }
    cgroup_v1(std::move(step));
  }

  void cgroup_tree(MountStep step, std::size_t place) {
    step.kind = MountKind::kTree;
    step.change.set |= MOUNT_ATTR_RDONLY;
    plan_.trees.push_back({.source = "the container's cgroup",
                           .change = step.change,
                           .propagation = step.propagation,
                           .own_cgroup = place});
    plan_.init.mounts.push_back(std::move(step));
  }

  // A tmpfs with one directory a hierarchy, and links for controllers that share one.
  void cgroup_v1(MountStep base) {
    MountStep tmpfs = base;
    tmpfs.type = "tmpfs";
    tmpfs.source = "tmpfs";
    tmpfs.options = {"mode=755"};
    tmpfs.read_only_last = (base.change.set & MOUNT_ATTR_RDONLY) != 0 ? 1 : 0;
    std::vector<MountStep> below;
    const auto& hierarchies = host_.cgroups.hierarchies;
    for (const CgroupHierarchy& one : hierarchies) {
      if (one.version != CgroupVersion::kV1) continue;
      const std::string name = one.mount_point.substr(one.mount_point.rfind('/') + 1);
      MountStep step = base;
      step.destination = base.destination + "/" + name;
      step.options = one.controllers;
      below.push_back(std::move(step));
      if (one.controllers.size() < 2) continue;
      for (const std::string& controller : one.controllers)
        tmpfs.links.emplace_back(controller, name);
    }
    plan_.init.mounts.push_back(std::move(tmpfs));
    for (MountStep& step : below) {
      if (own_cgroup_namespace()) {
        step.source = "cgroup";
        plan_.init.mounts.push_back(std::move(step));
      } else {
        v1_tree(std::move(step));
      }
    }
  }

  void v1_tree(MountStep step) {
    const auto& places = plan_.cgroup.places;
    const auto found = std::find_if(places.begin(), places.end(), [&](const CgroupPlace& place) {
      return place.version == CgroupVersion::kV1 && place.controllers == step.options;
    });
    if (found == places.end()) return;
    step.options.clear();
    cgroup_tree(std::move(step), static_cast<std::size_t>(found - places.begin()));
  }

  const spec::Config& config_;
  const HostFacts& host_;
  ContainerPlan& plan_;
};

std::uint32_t to_mode(spec::DeviceType type) {
  switch (type) {
    case spec::DeviceType::kBlock:
      return S_IFBLK;
    case spec::DeviceType::kFifo:
      return S_IFIFO;
    case spec::DeviceType::kChar:
    case spec::DeviceType::kUnbuffered:
      break;
  }
  return S_IFCHR;
}

DeviceStep to_step(const spec::Device& device) {
  return {.path = clean_absolute(device.path),
          .type = to_mode(device.type),
          .mode = device.file_mode.value_or(0666) & 07777U,
          .major = static_cast<std::uint32_t>(device.major.value_or(0)),
          .minor = static_cast<std::uint32_t>(device.minor.value_or(0)),
          .uid = device.uid,
          .gid = device.gid};
}

}  // namespace

void plan_mounts(const spec::Config& config, const HostFacts& host, ContainerPlan& plan) {
  MountPlanner planner(config, host, plan);
  for (const spec::Mount& mount : config.mounts) planner.add(mount);
  if (host.notify_directory.empty()) return;
  planner.add({.destination = "/run/notify",
               .type = "bind",
               .source = host.notify_directory,
               .options = {"bind", "ro", "nosuid", "nodev", "noexec"}});
}

void plan_devices(const spec::Config& config, const HostFacts& host, ContainerPlan& plan) {
  if (plan.init.dev_is_ours == 0) return;
  std::vector<DeviceStep> steps;
  const auto add = [&](DeviceStep step) {
    // A configured device replaces the default one at the same path (DEF-19).
    std::erase_if(steps, [&](const DeviceStep& other) { return other.path == step.path; });
    steps.push_back(std::move(step));
  };
  for (const spec::DefaultDevice& one : spec::default_devices()) {
    add({.path = one.path,
         .type = S_IFCHR,
         .mode = spec::kDefaultDeviceMode,
         .major = one.major,
         .minor = one.minor});
  }
  if (config.linux_) {
    for (const spec::Device& device : config.linux_->devices) add(to_step(device));
  }
  const bool no_mknod = host.in_user_namespace || plan.init.namespaces.become_root != 0;
  for (DeviceStep& step : steps) {
    if (no_mknod && step.type != S_IFIFO) {
      step.bind = 1;
      plan.trees.push_back({.source = step.path, .device = true, .device_step = step});
    }
  }
  plan.init.devices = std::move(steps);
}

}  // namespace rt

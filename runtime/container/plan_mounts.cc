// SPDX-License-Identifier: Apache-2.0
//
// config.mounts to steps: what rt-init mounts itself, and which host trees it gets.
#include <sys/mount.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/container/make_plan.h"
#include "runtime/kernel/cgroup/hierarchy.h"
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

// What a user namespace may mount only with a namespace of its own, and what stands in for it
// otherwise: the caller's, which shows the same processes or devices (DEF-02).
struct Fallback {
  std::string_view type;
  const char* source;
  NamespaceType owner;
  bool joined_will_do;  // the owner may be joined, and then the kernel decides
};
constexpr std::array<Fallback, 2> kFallbacks{{{"sysfs", "/sys", NamespaceType::kNetwork, true},
                                              {"proc", "/proc", NamespaceType::kPid, false}}};

// For filesystems without a device of their own read-only is the mount's affair alone.
bool has_device(std::string_view type) {
  constexpr std::array<std::string_view, 8> kPseudo{"",       "tmpfs",  "proc",   "sysfs",
                                                    "devpts", "mqueue", "cgroup", "cgroup2"};
  return std::find(kPseudo.begin(), kPseudo.end(), type) == kPseudo.end();
}

// mount(2) needs quotes around a label, which has commas; fsconfig(2) would take them as part of
// it.
std::string without_label_quotes(const std::string& option) {
  const std::size_t at = option.find("context=\"");  // fscontext=, defcontext=, rootcontext=, too
  if (at == std::string::npos || at > 4 || !option.ends_with('"')) return option;
  const std::size_t value = at + std::string_view("context=\"").size();
  return option.substr(0, value - 1) + option.substr(value, option.size() - value - 1);
}

// The rest of the pseudo filesystems is labelled by the policy, file by file.
bool takes_context(std::string_view type) {
  return type != "proc" && type != "sysfs" && type != "cgroup" && type != "cgroup2";
}

class MountPlanner {
 public:
  MountPlanner(const spec::Config& config, const HostFacts& host, ContainerPlan& plan)
      : config_(config), host_(host), plan_(plan) {}

  // `origin` is where config.json has it; "" for one of our own.
  void add(const spec::Mount& mount, const std::string& origin) {
    if (!mount.destination.starts_with('/'))
      plan_.warnings.push_back("config.json: " + origin + "/destination: " +
                               quoted(mount.destination) + " is relative, \"/\" is put before it");
    const Context here(origin);
    const spec::MountOptions options = spec::parse_mount_options(mount.options);
    MountStep step{.destination = clean_absolute(mount.destination),
                   .type = mount.type,
                   .source = mount.source,
                   .change = to_change(options),
                   .propagation = to_propagation(options),
                   .origin = origin};
    if (options.remount) return remount(std::move(step), options);
    if (options.bind || mount.type == "bind") return bind(std::move(step), mount, options);
    if (mount.type == "cgroup") return cgroup(std::move(step));
    filesystem(std::move(step), options);
  }

 private:
  // With `bind` this mount alone changes, without it the filesystem as well (mount(8), "remount").
  void remount(MountStep step, const spec::MountOptions& options) {
    step.kind = MountKind::kRemount;
    if (!options.bind) {
      step.options = filesystem_options(step, options);
      if ((step.change.clear & MOUNT_ATTR_RDONLY) != 0 && has_device(step.type))
        step.options.insert(step.options.begin(), "rw");
    }
    plan_.init.mounts.push_back(std::move(step));
  }

  void bind(MountStep step, const spec::Mount& mount, const spec::MountOptions& options) {
    step.kind = MountKind::kTree;
    if (options.idmap || !mount.uid_mappings.empty()) demand_id_maps();
    // A read-only /sys keeps nobody from the cgroups below it (CVE-2023-25809).
    if (plan_.user_namespace && options.bind_recursive && clean_absolute(mount.source) == "/sys") {
      step.change.recursive_set |= step.change.set & MOUNT_ATTR_RDONLY;
    }
    plan_.trees.push_back({.source = mount.source,
                           .origin = step.origin,
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

  static bool is_read_only(const MountStep& step) {
    return ((step.change.set | step.change.recursive_set) & MOUNT_ATTR_RDONLY) != 0;
  }

  static std::vector<std::string> filesystem_options(const MountStep& step,
                                                     const spec::MountOptions& options) {
    std::vector<std::string> out = spec::fsconfig_flags(options);
    out.insert(out.end(), options.data.begin(), options.data.end());
    if (is_read_only(step) && has_device(step.type)) out.insert(out.begin(), "ro");
    return out;
  }

  void filesystem(MountStep step, const spec::MountOptions& options) {
    step.options = filesystem_options(step, options);
    const bool read_only = is_read_only(step);
    // Mount points, devices and links are still to be made in these.
    if (read_only && (step.type == "tmpfs" || step.destination == "/dev")) step.read_only_last = 1;
    if (options.tmpcopyup) step.copy_up = 1;
    demand_mapped_owner(step);
    add_fallback(step);
    add_label(step);
    plan_.init.mounts.push_back(std::move(step));
  }

  // config-linux.md "Mount Label".
  void add_label(MountStep& step) const {
    bool given = false;
    for (std::string& option : step.options) {
      option = without_label_quotes(option);
      given = given || option.starts_with("context=") ||
              option.starts_with(plan_.annotated.label_option + "=");
    }
    if (given || !config_.linux_ || config_.linux_->mount_label.empty()) return;
    const std::string& label = config_.linux_->mount_label;
    if (step.type == "mqueue") {
      step.label = label;  // its security hook takes no option
    } else if (takes_context(step.type)) {
      step.options.push_back(plan_.annotated.label_option + "=" + label);
    }
  }

  void demand_id_maps() const {
    if (host_.authority.mounts) return;
    throw Error(Code::kUnsupported,
                "an id-mapped mount needs CAP_SYS_ADMIN in the user namespace that the filesystem "
                "belongs to, as a rule the initial one");
  }

  // The kernel would say EINVAL, and not of what.
  void demand_mapped_owner(const MountStep& step) const {
    for (const std::string& option : step.options) {
      const bool user = option.starts_with("uid=");
      if (!user && !option.starts_with("gid=")) continue;
      const auto id = parse_number<std::uint32_t>(option.substr(4));
      const auto& map = user ? plan_.id_maps.uids : plan_.id_maps.gids;
      if (!id || map.empty() || is_mapped(map, *id)) continue;
      throw Error(Code::kBadConfig,
                  "cannot specify " + option +
                      " mount option for rootless container: " + (user ? "user " : "group ") +
                      std::to_string(*id) + " is not mapped in the user namespace",
                  {.path = step.destination, .pointer = step.origin + "/options"});
    }
  }

  void add_fallback(MountStep& step) {
    if (!plan_.user_namespace) return;
    for (const Fallback& one : kFallbacks) {
      if (step.type != one.type || has_new_namespace(config_, one.owner)) continue;
      if (!one.joined_will_do && has_namespace(config_, one.owner)) continue;
      step.has_fallback = 1;
      std::uint64_t set = step.change.set | step.change.recursive_set;
      // Below it are the caller's cgroups (CVE-2023-25809).
      if (step.type == "sysfs") set |= MOUNT_ATTR_RDONLY;
      plan_.trees.push_back({.source = one.source,
                             .origin = step.origin,
                             .change = {.recursive_set = set},
                             .recursive = true});
    }
  }

  // A cgroup filesystem that is mounted in the host's namespace would be the host's: all of its
  // tree, and for v2 with our options instead of its own (nsdelegate would be gone everywhere).
  bool own_cgroup_namespace() const {
    return has_namespace(config_, NamespaceType::kCgroup) && !host_.joins_own_cgroup_namespace;
  }

  // MNT-04. v2: the hierarchy as the cgroup namespace shows it; without one the container's own
  // subtree, read-only, because the host's tree is not its business (CVE-2023-25809).
  void cgroup(MountStep step) {
    if (host_.cgroups.unified_only()) {
      if (own_cgroup_namespace()) {
        step.type = "cgroup2";
        add_cgroup_fallback(step, 0);
        plan_.init.mounts.push_back(std::move(step));
      } else if (!plan_.cgroup.places.empty()) {
        cgroup_tree(std::move(step), 0);
      } else {
        callers_cgroup_tree(std::move(step), host_.cgroups.hierarchies.front());
      }
      return;
    }
    cgroup_v1(std::move(step));
  }

  void cgroup_tree(MountStep step, std::size_t place) {
    step.kind = MountKind::kTree;
    step.change.set |= MOUNT_ATTR_RDONLY;
    plan_.trees.push_back({.source = "the container's cgroup",
                           .origin = step.origin,
                           .change = step.change,
                           .propagation = step.propagation,
                           .own_cgroup = place});
    plan_.init.mounts.push_back(std::move(step));
  }

  // A joined cgroup namespace may belong to another user namespace, which alone may mount it.
  void add_cgroup_fallback(MountStep& step, std::size_t place) {
    if (!plan_.user_namespace || has_new_namespace(config_, NamespaceType::kCgroup)) return;
    if (place >= plan_.cgroup.places.size()) return;
    step.has_fallback = 1;
    plan_.trees.push_back(
        {.source = "the container's cgroup",
         .change = {.set = step.change.set | step.change.recursive_set | MOUNT_ATTR_RDONLY},
         .own_cgroup = place});
  }

  // Rootless: the container stays in the caller's cgroup, and sees that.
  void callers_cgroup_tree(MountStep step, const CgroupHierarchy& hierarchy) {
    if (host_.closed_cgroups.empty() || hierarchy.own_path.empty()) return;
    step.kind = MountKind::kTree;
    step.change.set |= MOUNT_ATTR_RDONLY;
    plan_.trees.push_back({.source = hierarchy.mount_point + "/" + hierarchy.own_path,
                           .change = step.change,
                           .propagation = step.propagation});
    plan_.init.mounts.push_back(std::move(step));
  }

  // A tmpfs with one directory a hierarchy, and links for controllers that share one.
  void cgroup_v1(MountStep base) {
    MountStep tmpfs = base;
    tmpfs.type = "tmpfs";
    tmpfs.source = "tmpfs";
    tmpfs.options = {"mode=755"};
    add_label(tmpfs);
    tmpfs.read_only_last = (base.change.set & MOUNT_ATTR_RDONLY) != 0 ? 1 : 0;
    std::vector<std::pair<MountStep, const CgroupHierarchy*>> below;
    const auto& hierarchies = host_.cgroups.hierarchies;
    for (const CgroupHierarchy& one : hierarchies) {
      if (one.version != CgroupVersion::kV1) continue;
      const std::string name = one.mount_point.substr(one.mount_point.rfind('/') + 1);
      MountStep step = base;
      step.destination = base.destination + "/" + name;
      step.options = one.controllers;
      below.emplace_back(std::move(step), &one);
      if (one.controllers.size() < 2) continue;
      for (const std::string& controller : one.controllers)
        tmpfs.links.emplace_back(controller, name);
    }
    plan_.init.mounts.push_back(std::move(tmpfs));
    for (auto& [step, hierarchy] : below) {
      if (own_cgroup_namespace()) {
        step.source = "cgroup";
        add_cgroup_fallback(step, v1_place(step.options));
        plan_.init.mounts.push_back(std::move(step));
      } else {
        v1_tree(std::move(step), *hierarchy);
      }
    }
  }

  // The index of the place with these controllers; of none: one past the last.
  std::size_t v1_place(const std::vector<std::string>& controllers) const {
    const auto& places = plan_.cgroup.places;
    const auto found = std::ranges::find_if(places, [&](const CgroupPlace& place) {
      return place.version == CgroupVersion::kV1 && place.controllers == controllers;
    });
    return static_cast<std::size_t>(found - places.begin());
  }

  void v1_tree(MountStep step, const CgroupHierarchy& hierarchy) {
    const std::size_t place = v1_place(step.options);
    step.options.clear();
    if (place == plan_.cgroup.places.size()) return callers_cgroup_tree(std::move(step), hierarchy);
    cgroup_tree(std::move(step), place);
  }

  const spec::Config& config_;
  const HostFacts& host_;
  ContainerPlan& plan_;
};

}  // namespace

void plan_mounts(const spec::Config& config, const HostFacts& host, ContainerPlan& plan) {
  if (config.linux_ && !config.linux_->mount_label.empty())
    demand_selinux(host.lsms, "/linux/mountLabel");
  MountPlanner planner(config, host, plan);
  for (std::size_t i = 0; i < config.mounts.size(); ++i)
    planner.add(config.mounts[i], "/mounts/" + std::to_string(i));
  if (host.notify_directory.empty()) return;
  planner.add({.destination = "/run/notify",
               .type = "bind",
               .source = host.notify_directory,
               .options = {"bind", "ro", "nosuid", "nodev", "noexec"}},
              "");
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// What follows from the caller's lack of privileges: who maps ids, who opens mounts, which cgroups
// can be had. Nothing here gives more than the kernel gives (decision 0015).
#include <linux/sched.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/container/make_plan.h"

namespace rt {
namespace {

// Those of an undumpable process are root's (traceable.h).
bool owns_proc_files(const HostFacts& host) {
  return host.authority.ids.uid == 0;
}

[[noreturn]] void refuse(Code code, const std::string& pointer, const std::string& why) {
  throw Error(code, pointer + ": " + why, {.pointer = pointer});
}

void demand_mapped(const std::vector<spec::IdMapping>& map, std::uint32_t id, const char* what,
                   const std::string& pointer) {
  if (is_mapped(map, id)) return;
  refuse(Code::kBadConfig, pointer,
         std::string(what) + " " + std::to_string(id) + " is not mapped in the user namespace");
}

void demand_mapped_user(const spec::User& user, const IdMaps& maps) {
  demand_mapped(maps.uids, user.uid, "user", "/process/user/uid");
  demand_mapped(maps.gids, user.gid, "group", "/process/user/gid");
  for (std::size_t i = 0; i < user.additional_gids.size(); ++i) {
    demand_mapped(maps.gids, user.additional_gids[i], "group",
                  "/process/user/additionalGids/" + std::to_string(i));
  }
}

Groups who_sets_groups(const HostFacts& host, const ContainerPlan& plan) {
  const bool joined = plan.user_namespace && plan.id_maps.uids.empty();
  if (joined) return Groups::kSetIfAllowed;
  // A user namespace inherits the refusal of the one around it (user_namespaces(7)).
  return plan.id_maps.deny_setgroups || !host.authority.setgroups ? Groups::kKeep : Groups::kSet;
}

InsideTree to_inside(const TreePlan& tree, const CgroupPlaces& places, const std::string& bundle) {
  InsideTree out{.source = tree.source,
                 .change = tree.change,
                 .propagation = tree.propagation,
                 .recursive = tree.recursive ? std::uint8_t{1} : std::uint8_t{0},
                 .follow_link = tree.follow_link ? std::uint8_t{1} : std::uint8_t{0},
                 .keep_peers = tree.keep_peers ? std::uint8_t{1} : std::uint8_t{0}};
  if (tree.device) out.device = tree.device_step;
  if (tree.own_cgroup) {
    out.source = places[*tree.own_cgroup].mount_point + "/" + places[*tree.own_cgroup].path;
  } else if (!out.source.starts_with('/')) {
    out.source = bundle + "/" + out.source;
  }
  return out;
}

bool is_of(const CgroupPlace& place, const std::string& controller) {
  if (place.version == CgroupVersion::kV2) return true;  // v1 places come first
  return std::find(place.controllers.begin(), place.controllers.end(), controller) !=
         place.controllers.end();
}

[[noreturn]] void throw_closed(const std::string& what, const char* pointer) {
  refuse(Code::kCgroupFailed, pointer,
         "rootless needs no limits + no cgrouppath when no permission is granted for cgroups: " +
             what +
             ": leave it out, or have a cgroup delegated and start rt in it "
             "(systemd-run --user --scope --property Delegate=yes)");
}

// Of a caller that could set them, but has no cgroup to set them for.
void leave_out_device_rules(ContainerPlan& plan) {
  const bool had_lines = std::erase_if(plan.cgroup.writes, [](const CgroupWrite& write) {
                           return write.controller == "devices";
                         }) != 0;
  if (!had_lines && plan.cgroup.device_program.empty()) return;
  plan.cgroup.device_program.clear();
  plan.warnings.emplace_back("device rules are not applied: there is no cgroup for them");
}

std::string name_of(const CgroupPlace& place) {
  if (place.version == CgroupVersion::kV2) return "cgroup2";
  return place.controllers.empty() ? place.mount_point : place.controllers.front();
}

}  // namespace

void plan_oom_score(const spec::Config& config, const HostFacts& host, ContainerPlan& plan) {
  if (owns_proc_files(host) || !config.process) return;
  plan.init.namespaces.oom_score_adj = config.process->oom_score_adj;
}

void plan_id_maps(const spec::Config& config, const HostFacts& host, ContainerPlan& plan) {
  NamespacePlan& namespaces = plan.init.namespaces;
  if ((namespaces.created & CLONE_NEWUSER) == 0) return;
  namespaces.traceable = owns_proc_files(host) ? 0 : 1;
  plan.id_maps =
      to_id_maps(config.linux_->uid_mappings, config.linux_->gid_mappings, host.authority.ids);
  // Without an id 0 any mapped one will do: the capabilities come with the namespace.
  if (!is_mapped(plan.id_maps.uids, 0)) {
    namespaces.root_uid = plan.id_maps.uids.front().container_id;
  }
  if (!is_mapped(plan.id_maps.gids, 0)) {
    namespaces.root_gid = plan.id_maps.gids.front().container_id;
  }
  if (config.process) demand_mapped_user(config.process->user, plan.id_maps);
}

void plan_groups(const HostFacts& host, ContainerPlan& plan) {
  IdentityPlan& identity = plan.init.process.identity;
  identity.set_groups = plan.annotated.keep_groups ? Groups::kKeep : who_sets_groups(host, plan);
  if (plan.annotated.keep_groups) return;
  if (identity.set_groups != Groups::kKeep || identity.groups.empty()) return;
  refuse(Code::kBadConfig, "/process/user/additionalGids",
         "cannot set any additional groups in a rootless container: setgroups is denied in a user "
         "namespace that maps the caller's own group alone");
}

void plan_rootless(const HostFacts& host, ContainerPlan& plan) {
  if (!plan.user_namespace) {
    refuse(Code::kBadConfig, "/linux/namespaces",
           "rootless container requires user namespaces: add one with uidMappings and "
           "gidMappings, as \"rt spec --rootless\" writes them");
  }
  InitPlan& init = plan.init;
  if (init.namespaces.has_mounts == 0) {
    refuse(Code::kBadConfig, "/linux/namespaces",
           "rootless container requires a mount namespace: devices can only be bound there");
  }
  init.mounts_inside = 1;
  for (const TreePlan& tree : plan.trees) {
    init.trees.push_back(to_inside(tree, plan.cgroup.places, host.bundle));
  }
  plan.trees.clear();
}

void leave_out_closed_cgroups(const spec::Config& config, const HostFacts& host,
                              ContainerPlan& plan) {
  CgroupPlaces& places = plan.cgroup.places;
  const auto closed = [&](std::size_t index) {
    return std::ranges::count(host.closed_cgroups, index) != 0;
  };
  if (config.linux_ && !config.linux_->cgroups_path.empty()) {
    const CgroupPlace& first = places[host.closed_cgroups.front()];
    throw_closed(quoted(first.path) + " cannot be made in " + first.mount_point,
                 "/linux/cgroupsPath");
  }
  const auto closed_place = [&](const std::string& controller) -> const CgroupPlace* {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (is_of(places[i], controller)) return closed(i) ? &places[i] : nullptr;
    }
    return nullptr;  // apply() says what is missing
  };
  if (closed_place("devices") != nullptr) leave_out_device_rules(plan);
  for (const CgroupWrite& write : plan.cgroup.writes) {
    const CgroupPlace* place = closed_place(write.controller);
    if (place == nullptr) continue;
    throw_closed(quoted(write.file) + " cannot be written in " + place->mount_point,
                 "/linux/resources");
  }
  CgroupPlaces open;
  std::string names;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!closed(i)) {
      open.push_back(places[i]);
      continue;
    }
    names += (names.empty() ? "" : ", ") + name_of(places[i]);
    if (places[i].version == CgroupVersion::kV2) plan.delegate_cgroup = false;
  }
  places = std::move(open);
  plan.warnings.push_back("no permission to make a cgroup (" + names +
                          "): the container stays in the caller's");
}

}  // namespace rt

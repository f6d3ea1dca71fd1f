// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/join.h"

#include <sched.h>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/kernel/namespaces.h"
#include "spec/sysctl_key.h"

namespace rt {
namespace {

// What is joined may be our own, and then it is the host that a sysctl would change (SY-03).
void refuse_sysctls_of(std::uint32_t type, const ContainerPlan& plan) {
  for (const SysctlStep& step : plan.init.sysctls) {
    const auto owner = spec::sysctl_namespace(step.path);
    if (!owner || static_cast<std::uint32_t>(*owner) != type) continue;
    throw Error(Code::kBadConfig, step.origin + ": would change the runtime's own namespace",
                {.pointer = step.origin});
  }
}

// NS-14: containerd and CRI-O send the mappings beside the path. They change nothing, so they must
// be true.
void check_mappings(const char* member, const std::vector<spec::IdMapping>& wanted,
                    const std::vector<spec::IdMapping>& found) {
  if (wanted.empty() || same_maps(wanted, found)) return;
  std::string text = to_map_text(found);
  if (!text.empty()) text.pop_back();
  const std::string pointer = std::string("/linux/") + member;
  throw Error(Code::kBadConfig,
              pointer + ": the joined user namespace has other mappings: " + quoted(text),
              {.pointer = pointer});
}

}  // namespace

std::vector<Fd> open_joined_namespaces(const spec::Config& config, ContainerPlan& plan) {
  std::vector<Fd> out;
  for (const JoinPlan& one : plan.joined) {
    const Context here(one.origin);
    out.push_back(open_namespace(one.path, one.type));
    if (is_own_namespace(out.back(), one.type)) refuse_sysctls_of(one.type, plan);
    if (one.type != CLONE_NEWUSER) continue;
    plan.id_maps = read_id_maps(out.back());
    check_mappings("uidMappings", config.linux_->uid_mappings, plan.id_maps.uids);
    check_mappings("gidMappings", config.linux_->gid_mappings, plan.id_maps.gids);
  }
  return out;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/preparation.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/container/notify.h"
#include "runtime/container/run_hooks.h"
#include "runtime/kernel/cgroup/permission.h"
#include "runtime/kernel/seccomp_cache.h"

namespace rt {
namespace {

bool joins_own_cgroup_namespace(const spec::Config& config) {
  if (!config.linux_) return false;
  const auto& all = config.linux_->namespaces;
  const auto one = std::ranges::find(all, spec::NamespaceType::kCgroup, &spec::Namespace::type);
  if (one == all.end() || one->path.empty()) return false;
  return is_same_file(one->path, "/proc/self/ns/cgroup");
}

}  // namespace

HostFacts facts_for(const Bundle& bundle, const CreateOptions& options,
                    std::optional<Systemd>& systemd) {
  const ContainerName& name = options.name;
  HostFacts out = find_host_facts();
  out.compile_seccomp = seccomp_compiler(name.root);
  const bool rootless = is_rootless(options.rootless, out);
  const std::string path = bundle.config.linux_ ? bundle.config.linux_->cgroups_path : "";
  // An absolute path begins at the root of the hierarchy, wherever we are.
  const bool from_root = path.starts_with('/') && !rootless;
  out.cgroups = find_cgroups(from_root ? OwnPath::kUnknown : OwnPath::kKnown);
  if (options.cgroup_manager == CgroupManager::kSystemd) {
    const auto manager = rootless ? SystemdManager::kUser : SystemdManager::kSystem;
    systemd = Systemd::connect(manager);
    out.systemd = SystemdFacts{manager, rootless ? systemd->own_cgroup() : ""};
  } else if (rootless && options.cgroup_manager == CgroupManager::kCgroupfs) {
    out.closed_cgroups = closed_cgroups(out.cgroups, place_cgroup(out.cgroups, path, name.id));
  }
  const spec::Config& config = bundle.config;
  const bool labels = (config.process && has_labels(*config.process)) ||
                      (config.linux_ && !config.linux_->mount_label.empty());
  if (labels) out.lsms = find_lsms();
  out.joins_own_cgroup_namespace = joins_own_cgroup_namespace(config);
  if (notify_wanted()) out.notify_directory = name.root + "/" + name.id + "/" + kNotifyDirectory;
  const struct stat root = sys::fstat(bundle.rootfs.get());
  out.bundle = bundle.path;
  out.rootfs = bundle.rootfs_path;
  out.rootfs_device = root.st_dev;
  out.rootfs_inode = root.st_ino;
  return out;
}

Resctrl find_resctrl_for(const spec::Config& config, const std::string& id) {
  Resctrl out;
  if (!config.linux_ || !config.linux_->intel_rdt) return out;
  out.mount_point = find_resctrl();
  out.root = open_resctrl(out.mount_point);
  out.plan = plan_resctrl(out.root.get(), *config.linux_->intel_rdt, id);
  return out;
}

Record intent(const CreateOptions& options, const Bundle& bundle, const ContainerPlan& plan,
              const Resctrl& resctrl) {
  return {.id = options.name.id,
          .bundle = bundle.path,
          .rootfs = bundle.rootfs_path,
          .created = timestamp(),
          .boot_id = boot_id(),
          .own_pid_namespace = (plan.init.namespaces.created & CLONE_NEWPID) != 0,
          .own_keyring = !options.no_new_keyring,
          .cgroups = survey_cgroups(plan.cgroup.places),
          .systemd = plan.cgroup.unit ? plan.cgroup.unit->place() : UnitPlace{},
          .resctrl = resctrl.place(),
          .annotations = bundle.config.annotations};
}

PoststopOnFailure::~PoststopOnFailure() {
  if (!armed_) return;
  try {
    run_runtime_hooks(hooks::kPoststop, bundle_.config, {.id = id_, .bundle = bundle_.path});
  } catch (const std::exception& e) {
    log::warning(e.what());
  }
}

void demand_descriptors() {
  constexpr std::uint64_t kNeeded = 32;
  const auto [soft, hard] = sys::get_rlimit(0, RLIMIT_NOFILE);
  if (soft >= kNeeded) return;
  throw Error(Code::kUsage, "the limit on open files is " + std::to_string(soft) +
                                ", rt needs at least " + std::to_string(kNeeded) +
                                ": raise RLIMIT_NOFILE (ulimit -n)");
}

}  // namespace rt

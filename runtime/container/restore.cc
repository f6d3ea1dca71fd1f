// SPDX-License-Identifier: Apache-2.0
//
// A container from a bundle and the images of its processes, by CRIU: the same owners in the same
// order as in create.cc, with CRIU in the place of rt-init.
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>

#include "runtime/base/error.h"
#include "runtime/base/fd_range.h"
#include "runtime/base/file.h"
#include "runtime/base/interrupt.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/container/console.h"
#include "runtime/container/create.h"
#include "runtime/container/criu.h"
#include "runtime/container/criu_mounts.h"
#include "runtime/container/criu_words.h"
#include "runtime/container/foreground.h"
#include "runtime/container/host_side.h"
#include "runtime/container/host_terminal.h"
#include "runtime/container/pid_file.h"
#include "runtime/container/preparation.h"
#include "spec/fields.h"

namespace rt {
namespace {

constexpr const char* kRootMount = "criu-root";

// The pipes that init had as 0, 1 and 2: ours take their place.
void add_descriptors(CriuWish& wish, const CriuFolders& folders) {
  const auto text = read_file_at_if_exists(folders.images().get(), kDescriptorsFile);
  if (!text) return;
  const std::vector<std::string> links =
      spec::decode<std::vector<std::string>>(*text, kDescriptorsFile);
  for (std::size_t i = 0; i < links.size() && i < 3; ++i) {
    if (links[i].find("pipe:") == std::string::npos) continue;
    wish.inherit_fd.emplace_back(links[i], static_cast<std::int32_t>(i));
  }
}

void add_mounts(CriuWish& wish, const Bundle& bundle, const ContainerPlan& plan) {
  const Root rootfs(sys::dup(bundle.rootfs.get()));
  make_mount_points(plan, rootfs, bundle.path);
  for (HostMount& one : host_mounts(plan, rootfs, bundle.rootfs_path, bundle.path)) {
    wish.ext_mnt.emplace_back(std::move(one.destination), std::move(one.source));
  }
  if (bundle.config.linux_ && !bundle.config.linux_->masked_paths.empty()) {
    wish.ext_mnt.emplace_back(kNullDevice, kNullDevice);
  }
}

// CRIU itself is in the container's cgroups: there it puts what was in those of the images.
void add_cgroup_roots(CriuWish& wish, pid_t criu) {
  const std::string text = read_file("/proc/" + std::to_string(criu) + "/cgroup");
  for (const std::string_view line : split_lines(text)) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string path(line.substr(second + 1));
    for (const std::string_view name : split(line.substr(first + 1, second - first - 1), ',')) {
      wish.cg_root.emplace_back(name, path);
    }
  }
}

CriuWish wish_for(const RestoreOptions& options, const CriuFolders& folders, const Bundle& bundle,
                  const std::string& root_mount) {
  CriuWish wish = folders.wish(options.criu);
  add_words(wish, options.criu);
  wish.root = root_mount;
  wish.evasive_devices = true;
  wish.rst_sibling = true;
  wish.tcp_close = options.tcp_close;
  wish.lsm_profile = options.lsm_profile;
  wish.lsm_mount_context = options.lsm_mount_context;
  wish.config_file = criu_config_file(bundle.config.annotations);
  add_descriptors(wish, folders);
  return wish;
}

// What CRIU tells of its progress.
class Notices {
 public:
  Notices(ContainerHost& host, PoststopOnFailure& poststop) : host_(host), poststop_(poststop) {}
  void operator()(const CriuAnswer& notice, Fd descriptor) const {
    if (notice.script == "setup-namespaces") {
      poststop_.arm();
      host_.run_hooks(notice.pid);
    } else if (notice.script == "orphan-pts-master") {
      host_.take_terminal(std::move(descriptor));
    }
  }

 private:
  ContainerHost& host_;
  PoststopOnFailure& poststop_;
};

Child restored_process(pid_t pid) {
  auto pidfd = sys::pidfd_open_if_alive(pid);
  if (!pidfd) throw Error(Code::kSystem, "what criu has restored is gone");
  return {pid, std::move(*pidfd)};
}

Created restore_container(const RestoreOptions& options, Presence presence) {
  const CreateOptions& create = options.create;
  check_id(create.name.id);
  demand_descriptors();
  const FdRange kept(3, listen_fds());
  sys::close_range(static_cast<unsigned>(kept.end()), ~0U, CLOSE_RANGE_CLOEXEC);
  const Interruptible interruptible;
  PidFile pid_file(create.pid_file);
  const CriuFolders folders(options.criu, "restore.log");
  const Bundle bundle = open_bundle(create);
  check_terminal(bundle.config.process && bundle.config.process->terminal, create.console_socket,
                 presence);
  Fd console = connect_console(create.console_socket);
  std::optional<Systemd> systemd;
  const ContainerPlan plan = make_plan(bundle.config, create, facts_for(bundle, create, systemd));
  Resctrl resctrl = find_resctrl_for(bundle.config, create.name.id);

  PoststopOnFailure poststop(bundle, create.name.id);
  StateDir dir = StateDir::claim(create.name);
  const std::string root_mount = dir.path() + "/" + kRootMount;
  CriuWish wish = wish_for(options, folders, bundle, root_mount);
  const std::vector<Fd> namespaces = add_restored_namespaces(wish, bundle.config);
  Record record = intent(create, bundle, plan, resctrl);
  dir.save(record);
  dir.save_config(bundle.config_text);
  sys::mkdir_at(dir.fd(), kRootMount, 0755);
  Unit unit(systemd, plan.cgroup.unit);
  Cgroup group =
      unit.none() ? Cgroup::create(plan.cgroup.places) : Cgroup::expect(plan.cgroup.places);
  const RecordStaysWithCgroup undo(dir, group, unit);
  ResctrlGroup resctrl_group = resctrl.make();
  resctrl_group.configure();
  ContainerHost host({plan, bundle, dir, unit, group, resctrl_group}, std::move(console), {});

  add_mounts(wish, bundle, plan);
  Criu::Start start{.folders = folders,
                    .cgroup_fd = group.into_fd(),
                    .own_stdio = true,
                    .root = bundle.rootfs_path,
                    .root_mount = root_mount};
  for (const Fd& fd : namespaces) start.passed_fds.push_back(fd.get());
  Criu criu(start);
  host.spawned(criu.pid());
  host.apply_limits();
  host.begin(criu.pid());
  host.while_building(criu.pid());
  add_cgroup_roots(wish, criu.pid());
  const CriuAnswer answer = criu.ask(CriuType::kRestore, wish, Notices(host, poststop));

  Child init = restored_process(answer.pid);
  record.cgroups = group.places();
  name_init(record, init, read_proc_stat(init.pid()).value_or(ProcStat{}).start_time);
  dir.save(record);
  sys::unlink_at_if_exists(dir.fd(), kRootMount, AT_REMOVEDIR);
  pid_file.write(record.pid);
  group.keep();
  unit.keep();
  resctrl_group.keep();
  dir.keep();
  pid_file.keep();
  poststop.keep();
  return {.container = {std::move(dir), std::move(record)},
          .init = std::move(init),
          .terminal = host.take_master()};
}

}  // namespace

int restore(const RestoreOptions& options) {
  const Context here("restore", options.create.name.id);
  if (options.detach) {
    Created restored = restore_container(options, Presence::kDetached);
    restored.init.keep();
    return 0;
  }
  const SignalInbox inbox;
  if (!options.no_subreaper) sys::prctl(PR_SET_CHILD_SUBREAPER, 1);
  Created restored = restore_container(options, Presence::kForeground);
  copy_host_size_to(restored.terminal);
  restored.container.dir().unlock();
  const int status = attend(restored.init, inbox, std::move(restored.terminal), {});
  if (restored.container.dir().lock()) restored.container.destroy();
  return status;
}

}  // namespace rt

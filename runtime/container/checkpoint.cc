// SPDX-License-Identifier: Apache-2.0
//
// The processes of a container into files, by CRIU. Nothing here is undone when it fails: CRIU
// lets the processes go on, and the container was not touched.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/container/container.h"
#include "runtime/container/criu.h"
#include "runtime/container/criu_mounts.h"
#include "runtime/container/criu_words.h"
#include "runtime/container/verbs.h"
#include "spec/fields.h"

namespace rt {
namespace {

void refuse_unless_alive(spec::Status status) {
  if (status == spec::Status::kRunning || status == spec::Status::kPaused) return;
  throw Error(Code::kBadState,
              "Container cannot be checkpointed in " + status_word(status) + " state");
}

// As it was made: what of it came from the host.
ContainerPlan plan_of(const spec::Config& config, const Record& record) {
  ContainerPlan plan;
  plan.cgroup.places = record.cgroups;
  HostFacts host = find_host_facts();
  host.cgroups = find_cgroups();
  plan.annotated = read_annotations(config.annotations);
  plan_namespaces(config, plan);
  plan_mounts(config, host, plan);
  plan_devices(config, host, plan);
  return plan;
}

std::string freezer_of(const CgroupPlaces& places) {
  for (const CgroupPlace& place : places) {
    const auto& names = place.controllers;
    const bool freezes = place.version == CgroupVersion::kV2
                             ? places.size() == 1
                             : std::find(names.begin(), names.end(), "freezer") != names.end();
    if (freezes) return place.mount_point + "/" + place.path;
  }
  return {};
}

// descriptors.json: where 0, 1 and 2 of init led. The restore connects its own to those pipes.
void save_descriptors(const CriuFolders& folders, const std::string& process) {
  std::vector<std::string> links;
  for (const char* number : {"0", "1", "2"}) {
    std::string& link = links.emplace_back("/dev/null");
    try {
      link = sys::readlink_at(AT_FDCWD, process + "/fd/" + number);
    } catch (const Error& e) {
      if (e.facts().error_number != ENOENT) throw;  // closed
    }
  }
  replace_file_at(folders.images().get(), kDescriptorsFile, spec::encode(links, json::kCompact),
                  0600);
}

void add_mounts(CriuWish& wish, const spec::Config& config, const Record& record,
                const std::string& process) {
  const Root root(sys::open(process + "/root", O_PATH | O_DIRECTORY));
  const ContainerPlan plan = plan_of(config, record);
  const bool own_mounts = has_namespace(config, spec::NamespaceType::kMount);
  for (const HostMount& one :
       host_mounts(plan, root, own_mounts ? "" : record.rootfs, record.bundle)) {
    wish.ext_mnt.emplace_back(one.destination, one.destination);
  }
  if (!config.linux_) return;
  for (const std::string& path : masked_files(config.linux_->masked_paths, root)) {
    wish.ext_mnt.emplace_back(path, kNullDevice);
  }
}

void check_status_fd(int fd) {
  if (fd < 0) return;
  const int flags = ::fcntl(fd, F_GETFL);
  const bool writable = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
  if (writable) return;
  throw Error(Code::kUsage, "invalid --status-fd argument " + std::to_string(fd) + ": " +
                                (flags < 0 ? errno_text(EBADF) : "not writable"));
}

CriuWish wish_for(const CheckpointOptions& options, const CriuFolders& folders,
                  const Container& container, const spec::Config& config) {
  const Record& record = container.record();
  const std::string process = "/proc/" + std::to_string(record.pid);
  CriuWish wish = folders.wish(options.criu);
  add_words(wish, options.criu);
  wish.pid = record.pid;
  wish.root = record.rootfs;
  wish.leave_running = options.leave_running;
  wish.tcp_skip_in_flight = options.tcp_skip_in_flight;
  wish.link_remap = options.link_remap;
  wish.freeze_cgroup = freezer_of(record.cgroups);
  wish.track_mem = options.pre_dump || !options.criu.parent_path.empty();
  wish.config_file = criu_config_file(config.annotations);
  if (!options.page_server.empty()) wish.page_server = page_server(options.page_server);
  add_dumped_namespaces(wish, config, process);
  if (options.pre_dump) return wish;
  add_mounts(wish, config, record, process);
  save_descriptors(folders, process);
  return wish;
}

}  // namespace

void checkpoint(const CheckpointOptions& options) {
  const Context here("checkpoint", options.name.id);
  check_status_fd(options.status_fd);
  Container container = Container::open_locked(options.name);
  refuse_unless_alive(container.status());
  const spec::Config config = container.dir().config();
  const CriuFolders folders(options.criu, "dump.log");
  const CriuWish wish = wish_for(options, folders, container, config);
  const Criu::Start start{.folders = folders};
  Criu criu(start);
  (void)criu.ask(options.pre_dump ? CriuType::kPreDump : CriuType::kDump, wish,
                 [&](const CriuAnswer& notice, Fd /*descriptor*/) {
                   if (notice.script != "status-ready" || options.status_fd < 0) return;
                   sys::write_all(options.status_fd, std::string_view("\0", 1));
                   (void)::close(options.status_fd);
                 });
  if (options.leave_running || options.pre_dump) return;
  container.destroy();
}

}  // namespace rt

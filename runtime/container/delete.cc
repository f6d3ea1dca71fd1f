// SPDX-License-Identifier: Apache-2.0
//
// Lifecycle steps 11 to 13. Needs neither the bundle nor the flags of create: containers are
// deleted by managers that have long forgotten both.
#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/container/container.h"
#include "runtime/container/verbs.h"

namespace rt {
namespace {

[[noreturn]] void throw_missing() {
  throw Error(Code::kNoSuchContainer, "container does not exist");
}

void refuse_unless_over(const Container& container) {
  const spec::Status status = container.status();
  // A created one may go: every manager deletes it so (decision 0013).
  if (status == spec::Status::kStopped || status == spec::Status::kCreated) return;
  throw Error(Code::kBadState, "cannot delete container " + container.record().id +
                                   " that is not stopped: " + status_word(status));
}

// What can still be known when the record is damaged: the cgroup follows from the id and from the
// configuration as it was at create. Killing that kills the container.
Record rebuilt_record(const StateDir& dir) {
  std::string cgroups_path;
  try {
    const spec::Config config = dir.config();
    if (config.linux_) cgroups_path = config.linux_->cgroups_path;
  } catch (const Error& e) {
    log::warning(e.what());
  }
  Record out{.id = dir.id(), .cgroups = place_cgroup(find_cgroups(), cgroups_path, dir.id())};
  for (CgroupPlace& place : out.cgroups) place.made_levels = 1;
  return out;
}

std::optional<Record> readable_record(const StateDir& dir, const DeleteOptions& options) {
  try {
    return dir.record_if_exists();
  } catch (const Error& e) {
    if (!options.force) throw;
    log::warning(e.what());
    return rebuilt_record(dir);
  }
}

}  // namespace

void delete_container(const DeleteOptions& options) {
  const Context here("delete", options.name.id);
  auto dir = StateDir::open_if_exists(options.name);
  if (!dir || !dir->lock()) {
    if (options.force) return;
    throw_missing();
  }
  auto record = readable_record(*dir, options);
  if (!record) {  // what a create left that was killed before its first record
    dir->remove();
    if (options.force) return;
    throw_missing();
  }
  if (record->version > kRecordVersion) {
    log::warning("made by a newer rt: what this one does not know of is not removed");
  }
  Container container(std::move(*dir), std::move(*record));
  if (!options.force) refuse_unless_over(container);
  container.destroy();
}

}  // namespace rt

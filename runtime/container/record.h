// SPDX-License-Identifier: Apache-2.0
//
// state.json: what rt writes down about a container, for its own later verbs. The first record is
// the intent: it is on disk before anything else exists and names what may have to be removed.
// A record without a member that came later is read as if it had the member's default, so that
// every older rt's containers stay manageable (tests/data/records). A version that is newer than
// ours adds members and keeps the meaning of those that we know: such a container can be shown,
// killed and deleted; Container::demand_known_version() stops every verb that would change it.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/base/child.h"
#include "runtime/container/timing.h"
#include "runtime/kernel/cgroup/hierarchy.h"
#include "runtime/kernel/cgroup/unit_name.h"
#include "runtime/kernel/resctrl.h"
#include "spec/config.h"

namespace rt {

inline constexpr std::uint32_t kRecordVersion = 1;

struct Record {
  std::uint32_t version = kRecordVersion;
  std::string id{};
  std::string bundle{};            // absolute
  std::string rootfs{};            // absolute
  std::string created{};           // RFC 3339, UTC, nanoseconds
  std::string boot_id{};           // another boot: everything is gone
  std::int32_t pid = 0;            // of init, in the runtime's pid namespace; 0: intent only
  std::uint64_t start_time = 0;    // of init, clock ticks since boot: guards against pid reuse
  std::uint64_t pid_inode = 0;     // of init's pidfd; 0: an older rt did not write it
  bool own_pid_namespace = false;  // init's death takes every process with it
  bool own_keyring = true;         // a session keyring of the container's name; exec joins it
  CgroupPlaces cgroups{};
  UnitPlace systemd{};  // what has to be stopped, too
  ResctrlPlace resctrl{};
  spec::Annotations annotations{};
  Timing timing{};
  bool operator==(const Record&) const = default;
};

// Pid, start time (proc_pid_stat(5)) and the inode of the pidfd. pidfs, of kernel 6.9, gives each
// process one of its own; before, all have the same, and the start time has to do.
void name_init(Record& record, const Child& init, std::uint64_t start_time);

std::string encode_record(const Record& record);
// Throws Error(kBadConfig) for anything malformed.
Record decode_record(std::string_view text);

// Now, as "2026-01-02T03:04:05.123456789Z".
std::string timestamp();

}  // namespace rt

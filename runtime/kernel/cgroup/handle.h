// SPDX-License-Identifier: Apache-2.0
//
// Cgroup owns the cgroup of one container, in every hierarchy that the host has. Move-only.
// One that create() made is killed and removed by the destructor unless keep() was called; one
// that open() found is only looked at. An empty Cgroup (manager "disabled") does nothing.
// Not for limits: they are computed by to_cgroup_writes (writes.h) and written through apply().
// Each hierarchy root is opened once; below it everything is openat2 RESOLVE_BENEATH|NO_SYMLINKS|
// NO_XDEV. A cgroup that vanished (ENOENT, ENODEV) is empty, not an error.
// Rules: cgroups(7), kernel admin-guide cgroup-v2; OP-19, OP-22, CG-06 to CG-16.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "runtime/base/deadline.h"
#include "runtime/base/fd.h"
#include "runtime/kernel/cgroup/hierarchy.h"
#include "runtime/kernel/cgroup/writes.h"

namespace rt {

// Fills in made_levels with what is missing now, so that a record written before create() says
// what a crashed create may have made. Reads only.
CgroupPlaces survey_cgroups(CgroupPlaces places);

class Cgroup {
 public:
  Cgroup() noexcept = default;  // no cgroup
  ~Cgroup();
  Cgroup(Cgroup&& other) noexcept;
  Cgroup& operator=(Cgroup&& other) noexcept;
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;

  // Makes the missing levels top-down, enables v2 controllers on the way, copies cpuset from the
  // parent on v1. places() then says what was made. Throws Error(kCgroupFailed)
  // "container's cgroup is not empty: N process(es) found" or "container's cgroup unexpectedly
  // frozen" when the leaf was there before and is in use.
  static Cgroup create(CgroupPlaces places);
  // One that systemd will make: nothing is there before adopt().
  static Cgroup expect(CgroupPlaces places);
  // systemd has made it, with our process inside: opens it, and makes it in hierarchies that
  // systemd leaves alone. What systemd made is not counted in made_levels: it goes with its unit.
  void adopt();
  // What an earlier create() left. Never throws for places that are gone.
  static Cgroup open(CgroupPlaces places);

  void keep() noexcept { owned_ = false; }
  // What the destructor does, now: kills and removes. False: something stays, and only a record
  // that outlives this process can lead to it.
  bool discard() noexcept;

  // No cgroup was asked for: pids unknown, freeze impossible.
  [[nodiscard]] bool none() const noexcept { return places_.empty(); }
  // All of them have vanished (or there never was one).
  [[nodiscard]] bool gone() const noexcept;
  // Nothing was there before create.
  [[nodiscard]] bool is_new() const noexcept { return are_new(places_); }
  [[nodiscard]] static bool are_new(const CgroupPlaces& places) noexcept;
  // The first of the places that has vanished; null: all are there. Borrowed.
  [[nodiscard]] const CgroupPlace* missing() const noexcept;
  [[nodiscard]] const CgroupPlaces& places() const noexcept { return places_; }

  // The leaf of the unified hierarchy, for CLONE_INTO_CGROUP (kernel 5.7); -1 where there is none.
  // Borrowed.
  [[nodiscard]] int into_fd() const noexcept;
  // No other hierarchy is left to join: a process that was cloned there is where it belongs.
  [[nodiscard]] bool is_joined_by_clone() const noexcept;
  // Where a further process must go instead of the leaf. A v2 cgroup whose children have
  // controllers cannot hold processes (systemd inside a container does that): then the cgroup of
  // `init_pid`, if it lies below the leaf. Empty: the leaf will do.
  [[nodiscard]] std::optional<Fd> inner_of(pid_t init_pid) const;

  // Moves a process (in the caller's pid namespace) into the leaf. kLegacy skips the unified
  // hierarchy, where clone3 has put the child already.
  enum class Where : std::uint8_t { kEverywhere, kLegacy };
  void attach(pid_t pid, Where where) const;

  // Writes a list made by to_cgroup_writes, in order (apply.cc).
  void apply(const CgroupWrites& writes) const;
  // The same for limits that are in force: when one is refused, or when `also` throws, all are put
  // back.
  void change(const CgroupWrites& writes, const std::function<void()>& also) const;
  // Fills in from the cgroup what an update leaves out but one file holds together with what it
  // gives: cpu.max's quota or period, and on v2 the memory limit that swap is counted from.
  void complete(spec::Resources& resources) const;
  // RM-11, memory.checkBeforeUpdate: throws Error(kCgroupFailed) when the memory that is used now
  // is not below the new limit. On v1 the kernel itself would refuse a limit below it.
  void check_before_update(const spec::Resources& resources) const;

  // Descriptor of the leaf that has `controller`, -1 if no hierarchy has it. Borrowed.
  [[nodiscard]] int fd_of(std::string_view controller) const noexcept;
  [[nodiscard]] CgroupVersion version_of(std::string_view controller) const noexcept;

  // Every process of the leaf and of cgroups below it, sorted, pids of the caller's namespace.
  // Empty also when there is no cgroup: ask none().
  [[nodiscard]] std::vector<pid_t> pids() const;
  [[nodiscard]] bool frozen() const;

  // Return when it is so; Error(kDeadline) when it takes longer (freeze then thaws again).
  // Error(kUnsupported) where nothing can freeze.
  void freeze(const Deadline& deadline) const;
  void thaw(const Deadline& deadline) const;

  // SIGKILL to everything inside, frozen or not. cgroup.kill (kernel 5.14), else freeze, kill
  // each, thaw. Does not wait for them to be gone.
  void kill_all() const;
  // rmdir(2) of what create made, without a look: true when nothing lived in it, which is the rule
  // once a container has ended. False: kill_all() and remove() have more to do.
  static bool remove_if_unused(const CgroupPlaces& places);
  // Waits until nothing lives in it, then removes descendants, leaf, and the levels that create
  // made and nobody else uses. Throws Error(kDeadline) naming the pids that survive. Call
  // kill_all() before. Can be repeated.
  void remove(const Deadline& deadline);

 private:
  bool discard_one_by_one() noexcept;
  void put_back(const CgroupWrites& before) const;

  CgroupPlaces places_{};
  std::vector<Fd> dirs_{};  // the leaf of each place; invalid: it is gone, or not ours yet
  bool owned_ = false;
};

}  // namespace rt

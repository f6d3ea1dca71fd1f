// SPDX-License-Identifier: Apache-2.0
//
// The systemd unit of one container while it is made. Move-only by address: it lives in create. The
// destructor stops it unless keep() was called. Later verbs have the record: Systemd::stop_unit.
// Rule: a scope begins with a process that exists (systemd.scope(5)), so it is made around the
// first process, which systemd moves: also where the caller itself may not.
#pragma once

#include <sys/types.h>

#include <optional>

#include "runtime/kernel/cgroup/plan.h"
#include "runtime/kernel/cgroup/systemd.h"

namespace rt {

class Unit {
 public:
  // Both are borrowed; without a plan there is no unit, and the rest does nothing.
  Unit(std::optional<Systemd>& systemd, const std::optional<UnitPlan>& plan) noexcept
      : systemd_(plan ? &*systemd : nullptr), plan_(plan ? &*plan : nullptr) {}
  ~Unit();
  Unit(Unit&&) = delete;
  Unit& operator=(Unit&&) = delete;
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;

  [[nodiscard]] bool none() const noexcept { return plan_ == nullptr; }
  // A slice holds units only; processes of a container go into its cgroup all the same.
  [[nodiscard]] bool holds_processes() const noexcept { return !plan_->name.is_slice(); }
  // Makes it, with the process inside when it returns. Throws Error(kCgroupFailed).
  void start(pid_t pid);
  // Its limits, which systemd writes too.
  void limit();
  void keep() noexcept { owned_ = false; }
  // What the destructor does, now. False: systemd refused or did not answer, which is a warning;
  // the unit may stay, and only a record that outlives this process can lead to it.
  bool discard() noexcept;

 private:
  Systemd* systemd_;
  const UnitPlan* plan_;
  bool owned_ = false;
};

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// What create and restore have in common before there is a process: the facts that a plan is made
// of, the first record, and the owners that undo what cannot be finished.
#pragma once

#include <optional>
#include <string>

#include "runtime/container/bundle.h"
#include "runtime/container/make_plan.h"
#include "runtime/container/state_dir.h"
#include "runtime/kernel/cgroup/handle.h"
#include "runtime/kernel/cgroup/systemd.h"
#include "runtime/kernel/cgroup/unit.h"
#include "runtime/kernel/resctrl.h"

namespace rt {

// `systemd` is connected where it makes the cgroups.
HostFacts facts_for(const Bundle& bundle, const CreateOptions& options,
                    std::optional<Systemd>& systemd);

// What linux.intelRdt means in the resctrl filesystem as it is now. Without intelRdt nobody looks
// for one (RDT-02).
struct Resctrl {
  std::string mount_point{};
  Fd root{};
  ResctrlPlan plan{};

  [[nodiscard]] ResctrlPlace place() const {
    if (mount_point.empty()) return {};
    return {mount_point, plan.removed_with_container(), plan.group, plan.monitor};
  }
  ResctrlGroup make() {
    return root.valid() ? ResctrlGroup::create(std::move(root), std::move(plan)) : ResctrlGroup();
  }
};

Resctrl find_resctrl_for(const spec::Config& config, const std::string& id);

// The record that is on disk before the first side effect.
Record intent(const CreateOptions& options, const Bundle& bundle, const ContainerPlan& plan,
              const Resctrl& resctrl);

// Steps 12 and 13 also follow a create that failed after its environment was begun.
class PoststopOnFailure {
 public:
  PoststopOnFailure(const Bundle& bundle, const std::string& id) : bundle_(bundle), id_(id) {}
  ~PoststopOnFailure();
  PoststopOnFailure(const PoststopOnFailure&) = delete;
  PoststopOnFailure& operator=(const PoststopOnFailure&) = delete;
  PoststopOnFailure(PoststopOnFailure&&) = delete;
  PoststopOnFailure& operator=(PoststopOnFailure&&) = delete;
  void arm() noexcept { armed_ = true; }
  void keep() noexcept { armed_ = false; }

 private:
  const Bundle& bundle_;
  const std::string& id_;
  bool armed_ = false;
};

// A cgroup or unit that cannot be removed now must stay findable: then the record stays, for
// `delete`.
class RecordStaysWithCgroup {
 public:
  RecordStaysWithCgroup(StateDir& dir, Cgroup& group, Unit& unit) noexcept
      : dir_(dir), group_(group), unit_(unit) {}
  ~RecordStaysWithCgroup() {
    const bool no_group = group_.discard();
    const bool no_unit = unit_.discard();
    if (!no_group || !no_unit) dir_.keep();
  }
  RecordStaysWithCgroup(const RecordStaysWithCgroup&) = delete;
  RecordStaysWithCgroup& operator=(const RecordStaysWithCgroup&) = delete;
  RecordStaysWithCgroup(RecordStaysWithCgroup&&) = delete;
  RecordStaysWithCgroup& operator=(RecordStaysWithCgroup&&) = delete;

 private:
  StateDir& dir_;
  Cgroup& group_;
  Unit& unit_;
};

// Undoing needs descriptors, too: better to say so before there is anything to undo. Throws kUsage.
void demand_descriptors();

}  // namespace rt

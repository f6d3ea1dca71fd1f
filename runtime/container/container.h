// SPDX-License-Identifier: Apache-2.0
//
// A container that exists: its state directory, its record, and what can be found out about it now.
// The status is computed, never stored. Rule: runtime-spec runtime.md "State".
#pragma once

#include <optional>

#include "runtime/base/fd.h"
#include "runtime/container/state_dir.h"
#include "runtime/kernel/cgroup/handle.h"
#include "spec/config.h"
#include "spec/state.h"

namespace rt {

class Container {
 public:
  static Container open(const ContainerName& name);  // throws kNoSuchContainer
  // The same for verbs that change it; throws kUnsupported for a record of a later rt.
  static Container open_locked(const ContainerName& name);

  [[nodiscard]] const Record& record() const noexcept { return record_; }
  [[nodiscard]] StateDir& dir() noexcept { return dir_; }
  // Throws kUnsupported for a record of a later version of rt: what it says can be shown and
  // deleted, but not changed without losing what this rt does not know.
  void demand_known_version() const;
  [[nodiscard]] spec::Status status() const { return now().status; }
  // The status and what it was found out with. `group` is open where init lives.
  struct Now {
    spec::Status status = spec::Status::kStopped;
    std::optional<Fd> init{};  // pidfd
    Cgroup group{};
  };
  [[nodiscard]] Now now() const;
  // Init's process, if it lives and is the one that was recorded (pid and start time).
  [[nodiscard]] std::optional<Fd> init_pidfd() const;
  [[nodiscard]] Cgroup cgroup() const { return Cgroup::open(record_.cgroups); }

  // Kills and removes everything that create made, runs the poststop hooks (they only warn), then
  // forgets the container. The caller holds the lock. Can be repeated after a failure.
  void destroy();

  // The configuration as create found it; from the snapshot when it is not at hand.
  const spec::Config& config();

  Container(StateDir dir, Record record, std::optional<spec::Config> config = {})
      : dir_(std::move(dir)), record_(std::move(record)), config_(std::move(config)) {}

 private:
  [[nodiscard]] bool is_created() const;
  void remove_cgroup();
  void run_poststop();

  StateDir dir_;
  Record record_;
  std::optional<spec::Config> config_;
};

// The command name of an init that has not executed its program yet (init/main.cc).
inline constexpr const char* kInitName = "rt:[2]";

// "created", as `state` and error texts spell it.
std::string status_word(spec::Status status);

}  // namespace rt

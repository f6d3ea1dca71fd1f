// SPDX-License-Identifier: Apache-2.0
//
// The flags that stand before (or after) every command, and what they mean: log, state root,
// cgroup manager. Source of the default root: only euid, /proc/self/uid_map and XDG_RUNTIME_DIR,
// because managers call create and delete with different environments and must meet the same root.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/log.h"
#include "runtime/cli/options.h"
#include "runtime/container/verbs.h"

namespace rt::cli {

struct Global {
  std::string root{};
  std::string log{};
  std::string log_format{};
  std::string log_level{};
  std::string cgroup_manager{};
  std::string criu{};  // accepted and ignored: nothing here starts criu
  Rootless rootless = Rootless::kAuto;
  bool debug = false;
  bool systemd_cgroup = false;
  bool help = false;
  bool version = false;
};

[[nodiscard]] std::vector<OptionInfo> global_options();
[[nodiscard]] std::vector<Flag> global_flags(Global& global);

// Throws Error(kUsage) for a word that no setting knows; what was right takes effect all the same,
// so that the error reaches the log.
void set_up_log(const Global& global);

struct RootFacts {
  uid_t euid = 0;
  bool in_user_namespace = false;
  std::string xdg_runtime_dir{};
};
// "/run/rt", or "$XDG_RUNTIME_DIR/rt" for whoever is not root of the whole machine.
[[nodiscard]] std::string default_root(const RootFacts& facts);

// Absolute state root. Throws Error(kUsage) for "/", and for a user without XDG_RUNTIME_DIR.
[[nodiscard]] std::string state_root(const Global& global);
[[nodiscard]] ContainerName container_name(const Global& global, std::string_view id);

// Throws Error(kUsage) for an unknown word, Error(kUnsupported) for systemd.
[[nodiscard]] CgroupManager cgroup_manager(const Global& global);

}  // namespace rt::cli

// SPDX-License-Identifier: Apache-2.0
//
// linux.seccomp to a BPF program, in the parent; the stage that execs loads it with seccomp(2)
// and needs no libseccomp. Pure but for asking the kernel once which flags it has.
// Rules: runtime-spec config-linux.md "Seccomp"; seccomp(2); SC-01 to SC-17.
#pragma once

#include <linux/filter.h>

#include <optional>
#include <string>
#include <vector>

#include "spec/seccomp.h"

namespace rt {

struct SeccompPlan {
  std::vector<sock_filter> program{};
  unsigned flags = 0;     // SECCOMP_FILTER_FLAG_*, for SECCOMP_SET_MODE_FILTER
  bool listener = false;  // a rule notifies: flags has NEW_LISTENER, and seccomp(2) returns its fd
  std::vector<std::string> ignored_syscalls{};  // names that libseccomp does not know (SC-09)
};

// Throws Error(kBadConfig) with the JSON Pointer for contradictions (errnoRet on another action,
// metadata or NOTIFY without a listener path), Error(kUnsupported) for an architecture, action or
// flag that this libseccomp or kernel lacks.
SeccompPlan to_seccomp_plan(const spec::Seccomp& profile);

// What this build knows, as the specification spells it; for `rt features`.
std::vector<std::string> known_seccomp_architectures();
// Those of the specification's flags that the running kernel has: the one thing in the features
// document that is the host's (features-linux.md "Seccomp", supportedFlags).
std::vector<std::string> supported_seccomp_flags();

}  // namespace rt

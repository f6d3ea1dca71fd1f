// SPDX-License-Identifier: Apache-2.0
//
// Namespaces of the calling process: joining, the time offsets, the loopback device.
// Rule: runtime-spec config-linux.md "Namespaces", "Offset for Time Namespace"; setns(2),
// time_namespaces(7).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/fd.h"

namespace rt {

// Opens the namespace at `path` and checks its kind (NS_GET_NSTYPE). Throws kBadConfig when it is
// not a namespace, one of another kind, or the mount namespace of the host (decision 0019).
// `type` is a CLONE_NEW* flag.
Fd open_namespace(const std::string& path, std::uint32_t type);

// The namespace of this process: what is set in it is set for the caller, too.
bool is_own_namespace(const Fd& fd, std::uint32_t type);

struct JoinedNamespace {
  std::uint32_t type = 0;  // CLONE_NEW*; several where `fd` is a pidfd
  Fd fd{};
};

// Joins all. Host-owned ones need privileges that are gone once a user namespace is joined, others
// need just those: whatever EPERM refuses before is tried again after the user namespace. The
// mount namespace comes last, because paths change with it.
void join_namespaces(std::vector<JoinedNamespace> namespaces);

// unshare(CLONE_NEWUSER). The error names the rule of the kernel that forbade it.
void unshare_user();

void bring_loopback_up();

}  // namespace rt

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
#include "runtime/base/procfs.h"

namespace rt {

// Opens the namespace at `path` and checks its kind (NS_GET_NSTYPE). Throws kBadConfig when it is
// not a namespace or one of another kind. `type` is a CLONE_NEW* flag.
Fd open_namespace(const std::string& path, std::uint32_t type);

struct JoinedNamespace {
  std::uint32_t type = 0;  // CLONE_NEW*
  Fd fd{};
};

// Joins all. Host-owned ones need privileges that are gone once a user namespace is joined, others
// need just those: whatever EPERM refuses before is tried again after the user namespace. The
// mount namespace comes last, because paths change with it.
void join_namespaces(std::vector<JoinedNamespace> namespaces);

// "monotonic 10 0\nboottime …" into timens_offsets, before anything has entered the namespace.
void write_time_offsets(const Procfs& procfs, const std::string& offsets);

void bring_loopback_up();

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// What a further process of a container is: flags or a document, and what the container's own
// configuration adds. Pure. Rule: runc exec(8), whose callers rely on each of these defaults.
#pragma once

#include "runtime/container/verbs.h"
#include "spec/config.h"

namespace rt {

// With a document: it alone, but where it has none the container's capabilities, labels, limits,
// scheduler, I/O priority and affinity. Without: the container's process with the flags on top.
// oomScoreAdj and umask are the container's in both cases. Throws Error(kUsage) for flags that
// cannot be read, kBadConfig for a document that is wrong.
spec::Process process_to_exec(const spec::Config& config, const ExecOptions& options);

}  // namespace rt

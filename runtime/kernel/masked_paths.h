// SPDX-License-Identifier: Apache-2.0
//
// maskedPaths and readonlyPaths. A masked file shows a read-only null device, a masked directory
// one shared, empty, read-only tmpfs; both come from outside the image (CVE-2025-31133). Paths that
// do not exist are skipped, as in runc and crun.
// Rule: runtime-spec config-linux.md "Masked Paths", "Readonly Paths".
#pragma once

#include <string>
#include <vector>

#include "runtime/base/beneath.h"
#include "runtime/base/fd.h"

namespace rt {

void make_read_only(const Root& root, const std::vector<std::string>& paths);

// `null_device` is a detached, read-only mount of a verified c 1:3.
void mask(const Root& root, const std::vector<std::string>& paths, Fd null_device);

// That mount, made in the runtime from the host's node. Throws when /dev/null is something else.
Fd make_null_device();

}  // namespace rt

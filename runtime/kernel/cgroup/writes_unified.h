// SPDX-License-Identifier: Apache-2.0
//
// linux.resources.unified: file names of the container's v2 cgroup and what goes into them, known
// to us or not. Pure. spec/validate has checked the keys: no "/", a ".".
// Making the cgroup enables every controller on the way; a file that is not there all the same is
// the writer's error.
// Rules: runtime-spec config-linux.md "Unified"; RU rows.
#pragma once

#include <map>
#include <string>

#include "runtime/kernel/cgroup/writes.h"

namespace rt {

// One write for each line of a value; an empty value is one empty write.
void append_unified(const std::map<std::string, std::string>& files, CgroupWrites& out);

// RU-04: throws Error(kBadConfig) if there is anything in it, on a host that is not v2 alone.
void refuse_unified(const std::map<std::string, std::string>& files);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// The stages of rt-init. Each is an ordered table of named steps: nothing else decides order, and
// the name of a step is the context of its errors.
#pragma once

#include <sys/types.h>

#include <vector>

#include "runtime/base/channel.h"
#include "runtime/init/plan.h"

namespace rt {

// What stage 1 has opened where the runtime may not mount (InitPlan::mounts_inside); else empty.
struct InsideMounts {
  Fd root{};  // attached
  Fd null_device{};
  std::vector<Fd> trees{};  // in the order of InitPlan::trees
};

// What the first stage that there is begins with. `namespaces` are in the order of `plan.joined`.
// Throw Error.
void set_oom_score(const NamespacePlan& plan);
void join(const NamespacePlan& plan, std::vector<Fd> namespaces);

// Joins and makes namespaces, with the runtime's help for id maps and time offsets. The next
// process that is made lives in all of them. Throws Error.
InsideMounts stage1(const InitPlan& plan, const Channel& up, std::vector<Fd> namespaces);

// Builds the environment, waits for start, and becomes the program. Throws Error until Ready;
// afterwards failures go to whoever opened the gate.
struct Stage2Start {
  mode_t inherited_umask;  // what rt was called with
  InsideMounts mounts{};
  std::vector<Fd> namespaces{};  // to join, where there was no stage 1
};
int stage2(const InitPlan& plan, Channel& up, Stage2Start start);

}  // namespace rt

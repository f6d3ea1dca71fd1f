// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/memory_policy.h"

#include "runtime/base/sys_sched.h"

namespace rt {

void set_memory_policy(const MemoryPolicyPlan& plan) {
  sys::set_mempolicy(static_cast<int>(plan.mode), plan.nodes);
}

}  // namespace rt

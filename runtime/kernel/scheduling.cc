// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/scheduling.h"

#include "runtime/base/sys_sched.h"

namespace rt {

void set_scheduler(const SchedulerPlan& plan) {
  sys::sched_setattr({.policy = plan.policy,
                      .flags = plan.flags,
                      .nice = plan.nice,
                      .priority = plan.priority,
                      .runtime = plan.runtime,
                      .deadline = plan.deadline,
                      .period = plan.period});
}

void set_io_priority(const IoPriorityPlan& plan) {
  constexpr int kOwnGroup = 0;
  const int value = plan.io_class << sys::kIoprioClassShift | plan.level;
  sys::ioprio_set(sys::kIoprioWhoGroup, kOwnGroup, value);
}

void set_personality(std::uint32_t domain) {
  sys::personality(domain);
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/unit.h"

#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/log.h"

namespace rt {

Unit::~Unit() {
  (void)discard();
}

bool Unit::discard() noexcept {
  if (!std::exchange(owned_, false)) return true;
  try {
    systemd_->stop_unit(plan_->name.unit);
    return true;
  } catch (const std::exception& e) {  // the error that brought us here is the one to report
    log::warning(e.what());
    return false;
  }
}

void Unit::start(pid_t pid) {
  const Context here("start systemd unit", plan_->name.unit);
  const auto job = systemd_->begin_unit(plan_->name, plan_->properties, pid);
  owned_ = job.has_value();  // from here on: a job that is given up may still be done
  if (job) systemd_->finish(*job);
}

void Unit::limit() {
  if (!none()) systemd_->set_properties(plan_->name.unit, plan_->limits);
}

}  // namespace rt

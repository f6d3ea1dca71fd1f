// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/sysctl.h"

#include "runtime/base/error.h"
#include "runtime/base/procfs.h"

namespace rt {

void write_sysctls(const std::vector<SysctlStep>& steps) {
  if (steps.empty()) return;
  const Procfs everything = Procfs::make(Procfs::View::kEverything);
  for (const SysctlStep& step : steps) {
    const Context here(step.origin);
    everything.write("sys/" + step.path, step.value);
  }
}

}  // namespace rt

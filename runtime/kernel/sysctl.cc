// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/sysctl.h"

#include "runtime/base/error.h"
#include "runtime/base/procfs.h"

namespace rt {

void write_sysctls(const std::vector<std::pair<std::string, std::string>>& settings) {
  if (settings.empty()) return;
  const Procfs everything = Procfs::make(Procfs::View::kEverything);
  for (const auto& [path, value] : settings) {
    const Context here("set sysctl", path);
    everything.write("sys/" + path, value);
  }
}

}  // namespace rt

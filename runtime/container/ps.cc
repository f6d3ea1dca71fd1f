// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"
#include "runtime/container/container.h"
#include "runtime/container/verbs.h"

namespace rt {

std::vector<int> processes(const ContainerName& name) {
  const Context here("ps", name.id);
  const Cgroup group = Container::open(name).cgroup();
  if (group.none()) {
    throw Error(Code::kUnsupported, "the container has no cgroup, so its processes are not known");
  }
  return group.pids();
}

}  // namespace rt

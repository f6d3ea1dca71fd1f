// SPDX-License-Identifier: Apache-2.0
//
// pause and resume: the freezer of the container's cgroup. The status follows from it (state).
#include "runtime/base/error.h"
#include "runtime/container/container.h"
#include "runtime/container/verbs.h"

namespace rt {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);

}  // namespace

void pause(const ContainerName& name) {
  const Context here("pause", name.id);
  const Container container = Container::open_locked(name);
  const spec::Status status = container.status();
  if (status != spec::Status::kCreated && status != spec::Status::kRunning) {
    throw Error(Code::kBadState, "container not running");
  }
  container.cgroup().freeze(Deadline::in(kPatience));
}

void resume(const ContainerName& name) {
  const Context here("resume", name.id);
  const Container container = Container::open_locked(name);
  if (container.status() != spec::Status::kPaused) {
    throw Error(Code::kBadState, "container not paused");
  }
  container.cgroup().thaw(Deadline::in(kPatience));
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/start.h"

#include "runtime/base/error.h"
#include "runtime/container/execution.h"
#include "runtime/container/run_hooks.h"
#include "runtime/init/launch.h"
#include "runtime/init/protocol.h"
#include "runtime/kernel/cgroup/oom_kills.h"

namespace rt {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);  // where no hook may take its time

void refuse_unless_created(spec::Status status) {
  switch (status) {
    case spec::Status::kCreated:
      return;
    case spec::Status::kRunning:
      throw Error(Code::kBadState, "cannot start an already running container");
    case spec::Status::kPaused:
      throw Error(Code::kBadState, "cannot start a container in the paused state");
    case spec::Status::kStopped:
      throw Error(Code::kBadState, "cannot start a container that has stopped");
    case spec::Status::kCreating:
      throw Error(Code::kBadState, "cannot start a container that is still being created");
  }
}

Deadline patience(const spec::Config& config) {
  return config.hooks.start_container.empty() ? Deadline::in(kPatience) : Deadline::never();
}

Outcome open_gate(Container& container) {
  // All else first: as soon as the gate is open it may run its program and be gone, or die, and
  // whoever looks late cannot tell one from the other.
  const Deadline deadline = patience(container.config());
  const auto pidfd = container.init_pidfd();
  const auto gate = pidfd ? container.dir().open_gate_if_exists() : std::nullopt;
  if (!gate) throw Error(Code::kBadState, "container process is already dead");
  Outcome out = await_execution(gate->get(), pidfd->get(), container.record().pid, deadline);
  container.dir().remove_gate();
  return out;
}

Outcome say_go(Created& created) {
  release(std::move(created.go));
  return await_execution(created.report.get(), created.init.pidfd(), created.init.pid(),
                         patience(created.container.config()));
}

// Since before the process goes on. Where the cgroup is create's and stays, nothing need be read
// unless somebody asks.
class KillsOnTheWay {
 public:
  explicit KillsOnTheWay(const Container& container) : container_(container) {
    if (!Cgroup::are_new(container.record().cgroups)) begin();
  }
  bool happened() {
    if (!kills_) begin();
    return kills_->happened();
  }

 private:
  void begin() {
    group_ = container_.cgroup();
    kills_.emplace(group_, container_.record().systemd.unit.empty()
                               ? OomKills::Goes::kWithContainer
                               : OomKills::Goes::kWithLastProcess);
  }

  const Container& container_;
  Cgroup group_{};
  std::optional<OomKills> kills_{};
};

void demand_executed(const Outcome& outcome, KillsOnTheWay& kills) {
  if (!outcome.error.empty()) rethrow(outcome.error);
  if (!outcome.died) return;
  if (kills.happened()) throw Error(Code::kOutOfMemory, kOomKilled);
  throw Error(Code::kExecFailed, "container process died before the program was executed");
}

// `go` lets the process go and returns what it answers.
template <class Go>
void start_by(Go go, Container& container) {
  try {
    KillsOnTheWay kills(container);
    demand_executed(go(), kills);
    const Record& record = container.record();
    run_runtime_hooks(hooks::kPoststart, container.config(),
                      {.id = record.id, .bundle = record.bundle, .pid = record.pid});
  } catch (const Error& e) {
    if (e.code() == Code::kHookFailed) container.destroy();
    throw;
  }
}

void wait_ready(std::optional<NotifyRelay> relay, const Container& container) {
  if (!relay) return;
  const auto pidfd = container.init_pidfd();
  if (pidfd) relay->wait_ready(pidfd->get(), container.record().pid);
}

}  // namespace

std::optional<NotifyRelay> start_created(Created& created) {
  std::optional<NotifyRelay> relay = NotifyRelay::open(created.container.dir());
  start_by([&] { return say_go(created); }, created.container);
  return relay;
}

void start_detached(Created& created) {
  wait_ready(start_created(created), created.container);
}

void start(const ContainerName& name) {
  const Context here("start", name.id);
  Container container = Container::open_locked(name);
  refuse_unless_created(container.status());
  std::optional<NotifyRelay> relay = NotifyRelay::open(container.dir());
  start_by([&] { return open_gate(container); }, container);
  wait_ready(std::move(relay), container);
}

}  // namespace rt

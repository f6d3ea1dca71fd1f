// SPDX-License-Identifier: Apache-2.0
//
// Lifecycle steps 1 to 5 (runtime-spec runtime.md): from a bundle to a process that waits for
// start.
#include "runtime/container/create.h"

#include <fcntl.h>
#include <linux/close_range.h>

#include "runtime/base/error.h"
#include "runtime/base/fd_range.h"
#include "runtime/base/interrupt.h"
#include "runtime/base/log.h"
#include "runtime/base/phases.h"
#include "runtime/base/sys.h"
#include "runtime/container/bundle.h"
#include "runtime/container/host_side.h"
#include "runtime/container/join.h"
#include "runtime/container/make_plan.h"
#include "runtime/container/notify.h"
#include "runtime/container/pid_file.h"
#include "runtime/container/preparation.h"
#include "runtime/container/sockets.h"
#include "runtime/init/launch.h"
#include "runtime/kernel/cgroup/unit.h"

namespace rt {
namespace {

// The way of rt-init's last answer (execution.h): its end, and ours where we wait for it.
struct Answer {
  Fd from_init{};
  Fd to_us{};
};

Answer way_of_answer(WaitsFor waits_for, const StateDir& dir) {
  if (waits_for == WaitsFor::kGate) {
    dir.make_gate();
    return {.from_init = dir.gate_handle()};
  }
  auto [to_us, from_init] = sys::pipe();
  return {.from_init = std::move(from_init), .to_us = std::move(to_us)};
}

}  // namespace

Created create_container(const CreateOptions& options, Presence presence, WaitsFor waits_for) {
  check_id(options.name.id);
  demand_descriptors();
  const FdRange kept(3, listen_fds() + options.preserve_fds);
  sys::close_range(static_cast<unsigned>(kept.end()), ~0U, CLOSE_RANGE_CLOEXEC);
  const Interruptible interruptible;  // until everything below is undone or kept
  PidFile pid_file(options.pid_file);
  phases::end("start");
  Bundle bundle = open_bundle(options);
  check_terminal(bundle.config.process && bundle.config.process->terminal, options.console_socket,
                 presence);
  Fd console = connect_console(options.console_socket);
  phases::end("bundle");
  std::optional<Systemd> systemd;  // where it makes the cgroups
  ContainerPlan plan = make_plan(bundle.config, options, facts_for(bundle, options, systemd));
  plan.init.has_gate = waits_for == WaitsFor::kGate;
  for (const std::string& warning : plan.warnings) log::warning(warning);
  std::vector<Fd> namespaces = open_joined_namespaces(bundle.config, plan);
  Resctrl resctrl = find_resctrl_for(bundle.config, options.name.id);
  phases::end("plan");

  PoststopOnFailure poststop(bundle, options.name.id);
  StateDir dir = StateDir::claim(options.name);  // the id is ours, the lock is held
  Record record = intent(options, bundle, plan, resctrl);
  dir.save(record);  // before the first side effect
  dir.save_config(bundle.config_text);
  Answer answer = way_of_answer(waits_for, dir);
  if (notify_wanted()) sys::mkdir_at(dir.fd(), kNotifyDirectory, 0755);
  Unit unit(systemd, plan.cgroup.unit);  // stopped unless kept; begins with the first process
  Cgroup group = unit.none() ? Cgroup::create(plan.cgroup.places)  // killed and removed unless kept
                             : Cgroup::expect(plan.cgroup.places);
  const RecordStaysWithCgroup undo(dir, group, unit);
  ResctrlGroup resctrl_group = resctrl.make();  // removed unless kept
  resctrl_group.configure();
  ContainerHost host({plan, bundle, dir, unit, group, resctrl_group}, std::move(console),
                     std::move(answer.from_init));
  poststop.arm();
  phases::end("state directory and cgroup");
  Launch launch(plan.init, {.cgroup_fd = group.into_fd(), .namespaces = std::move(namespaces)},
                host);  // killed unless kept
  launch.serve();

  record.cgroups = group.places();
  name_init(record, launch.init(), host.start_time());
  phases::end("confirmation");
  record.timing = {.phases = phases::done(), .inside = phases::steps()};
  dir.save(record);
  const std::string& receiver = plan.annotated.pidfd_socket;
  send_pidfd(options.pidfd_socket.empty() ? receiver : options.pidfd_socket, launch.init().pidfd(),
             "standard");
  pid_file.write(record.pid);
  auto [init, go] = waits_for == WaitsFor::kGate ? launch.keep() : launch.keep_waiting();
  group.keep();
  unit.keep();
  resctrl_group.keep();
  dir.keep();
  pid_file.keep();
  poststop.keep();
  return {.container = {std::move(dir), std::move(record), std::move(bundle.config)},
          .init = std::move(init),
          .terminal = host.take_master(),
          .go = std::move(go),
          .report = std::move(answer.to_us)};
}

void create(const CreateOptions& options) {
  const Context here("create", options.name.id);
  Created created = create_container(options, Presence::kDetached, WaitsFor::kGate);
  created.init.keep();
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/exec_host.h"

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/sys_sched.h"
#include "runtime/kernel/cgroup/oom_kills.h"
#include "spec/number_list.h"

namespace rt {
namespace {

// The plan of a joining process has nothing that rt-init could ask for with such a frame.
[[noreturn]] void refuse() {
  throw Error(Code::kProtocol, "rt-init asks for what only a new container needs");
}

}  // namespace

void ExecHost::spawned(pid_t pid) {
  const Cgroup& group = parts_.group;
  const Context here("join cgroup");
  group.attach(pid, group.into_fd() >= 0 ? Cgroup::Where::kLegacy : Cgroup::Where::kEverywhere);
  raise_hard_limits(pid);
}

// PR-27: what `final` leaves open is the kernel's. Without any wish the cpuset decides, not our
// caller's mask.
void ExecHost::set_affinity(pid_t pid) const {
  const auto& wanted = parts_.affinity;
  if (!wanted) {
    if (!parts_.group.none()) sys::allow_every_cpu(pid);
  } else if (!wanted->final_.empty()) {
    const Context here("/process/execCPUAffinity/final");
    sys::sched_setaffinity(pid, spec::number_mask(wanted->final_));
  }
}

void ExecHost::begin(pid_t pid) {
  set_affinity(pid);
  set_oom_score(pid, parts_.config.process, parts_.plan.init.namespaces);
}

Fd ExecHost::gate() {
  return std::move(answer_);
}

Fd ExecHost::rootfs() {
  return std::move(root_);
}

// Nobody has counted before: then SIGKILL is what it takes beside.
std::string ExecHost::death_note(bool killed) {
  return killed && OomKills::counted(parts_.group).value_or(0) > 0 ? kKilledWhereOomKills : "";
}

void ExecHost::take_listener(Fd notify, pid_t pid) {
  const Record& record = parts_.record;
  send_listener(*parts_.config.linux_->seccomp, pid,
                {.id = record.id,
                 .status = spec::Status::kRunning,
                 .pid = record.pid,
                 .bundle = record.bundle,
                 .annotations = record.annotations},
                notify);
}

Fd ExecHost::null_device() {
  return {};
}

void ExecHost::write_id_maps(pid_t /*pid*/) {
  refuse();
}

void ExecHost::write_time_offsets(pid_t /*pid*/) {
  refuse();
}

Fd ExecHost::tree(std::size_t /*index*/) {
  refuse();
}

void ExecHost::run_hooks(pid_t /*pid*/) {
  refuse();
}

}  // namespace rt

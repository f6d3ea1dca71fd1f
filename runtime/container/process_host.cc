// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/process_host.h"

#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/sys.h"
#include "runtime/container/sockets.h"
#include "runtime/kernel/oom_score.h"
#include "runtime/kernel/seccomp_listener.h"
#include "spec/documents.h"
#include "spec/names.h"

namespace rt {

void ProcessHost::take_terminal(Fd master) {
  if (!console_.valid()) {
    master_ = std::move(master);
    return;
  }
  const Context here("send the terminal to the console socket");
  send_descriptor(console_, master.get(), "/dev/ptmx");
  console_.reset();
}

void ProcessHost::log(std::string_view line) {
  log::warning(line);
}

ProcessHost::ProcessHost(Fd console, const std::vector<RlimitPlan>& limits)
    : console_(std::move(console)) {
  for (const RlimitPlan& limit : limits) {
    const auto [soft, hard] = sys::get_rlimit(0, limit.resource);
    if (limit.hard > hard) raised_.push_back({limit, soft, hard});
  }
}

void ProcessHost::raise_hard_limits(pid_t pid) const {
  for (const auto& [wanted, own_soft, own_hard] : raised_) {
    const Context origin("/process/rlimits");
    const Context here("set rlimit", spec::word_of(static_cast<spec::RlimitType>(wanted.resource)));
    try {
      sys::prlimit(pid, wanted.resource, own_soft, wanted.hard);
    } catch (const Error& e) {
      if (e.facts().error_number != EPERM) throw;
      throw Error(Code::kSystem,
                  "hard limit " + std::to_string(wanted.hard) + " is above the caller's " +
                      std::to_string(own_hard) + ", and only CAP_SYS_RESOURCE may raise it",
                  {.pointer = "/process/rlimits", .error_number = EPERM});
    }
  }
}

void set_oom_score(pid_t pid, const std::optional<spec::Process>& process,
                   const NamespacePlan& namespaces) {
  if (!process || !process->oom_score_adj || namespaces.oom_score_adj) return;
  write_oom_score_adj(std::to_string(pid), *process->oom_score_adj);
}

void send_listener(const spec::Seccomp& profile, pid_t pid, const spec::State& state,
                   const Fd& notify) {
  const Context here("/linux/seccomp/listenerPath");
  const spec::ContainerProcessState document{
      .fds = {"seccompFd"}, .pid = pid, .metadata = profile.listener_metadata, .state = state};
  send_to_seccomp_agent(profile.listener_path, spec::to_json(document), notify.get(),
                        Deadline::in(std::chrono::seconds(10)));
}

}  // namespace rt

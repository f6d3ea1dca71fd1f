// SPDX-License-Identifier: Apache-2.0
//
// The last metres: from the opened gate to the container's own program.
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "hooks/run.h"
#include "runtime/base/child.h"
#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/init/gate.h"
#include "runtime/init/protocol.h"
#include "runtime/init/traceable.h"
#include "runtime/kernel/executable.h"

namespace rt {
namespace {

// HOME is there in every container: from the image's passwd when the config has none (or an empty
// one), as in runc and crun.
std::vector<std::string> with_home(std::vector<std::string> env, const Root& root,
                                   std::uint32_t uid) {
  const auto is_home = [](const std::string& entry) { return entry.starts_with("HOME="); };
  const auto found = std::find_if(env.rbegin(), env.rend(), is_home);
  if (found != env.rend() && *found != "HOME=") return env;
  std::erase_if(env, is_home);
  env.push_back("HOME=" + home_of(root, uid));
  return env;
}

}  // namespace

Handover::Handover(const InitPlan& plan, const Root& root) : plan_(plan) {
  const ProcessPlan& process = plan.process;
  if (process.args.empty()) return;
  env_ = with_home(process.env, root, process.identity.uid);
  const Context here("/process/args/0");
  executable_ = find_executable(process.args.front(), env_);
  argv_ = exec_pointers(process.args);
  envp_ = exec_pointers(env_);
}

int Handover::execute(int report_fd) {
  if (executable_.empty()) {
    throw Error(Code::kBadConfig, "process is not set in config.json: there is nothing to start",
                {.pointer = "/process"});
  }
  run_hook_plan(plan_.start_container, "startContainer", "/", env_);
  const SeccompLoad& filter = plan_.process.seccomp;
  const bool late = plan_.process.no_new_privs != 0 && filter.listener == 0;

  for (const RlimitPlan& limit : plan_.process.rlimits) {
    if (limit.resource != RLIMIT_NOFILE || limit.soft >= kOwnDescriptors) continue;
    sys::prlimit(0, limit.resource, limit.soft, limit.hard);
  }
  // The report stays open to the very end, right above what the program keeps.
  const int last = 3 + static_cast<int>(plan_.process.kept_fds);
  if (report_fd != last && ::dup3(report_fd, last, O_CLOEXEC) < 0) throw_errno("dup3");
  const Fd report(last);
  const std::string prefix = "exec: " + quoted(plan_.process.args.front()) + ": ";
  if (late && !filter.program.empty()) (void)load_seccomp(filter);
  // Signals: rt-init was started with defaults and ignores none; execve resets its handlers.
  (void)::execve(executable_.c_str(), argv_.data(), envp_.data());
  const int error = errno;
  sys::write_all(
      report.get(),
      encode_error(Error(Code::kExecFailed, prefix + errno_text(error),
                         {.syscall = "execve", .path = executable_, .error_number = error})));
  return 255;
}

bool needs_privilege_for_filter(const ProcessPlan& process) {
  return process.no_new_privs == 0 && !process.seccomp.program.empty();
}

int load_seccomp(const SeccompLoad& load) {
  std::vector<sock_filter> program(load.program.size() / sizeof(sock_filter));
  std::memcpy(program.data(), load.program.data(), program.size() * sizeof(sock_filter));
  sock_fprog request{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
  return static_cast<int>(sys::seccomp(SECCOMP_SET_MODE_FILTER, load.flags, &request));
}

void load_and_hand_over(const InitPlan& plan, Channel& up) {
  allow_tracers(plan.namespaces);  // pidfd_getfd(2) asks for the same right as ptrace(2)
  // The lowest free number is what seccomp(2) will return. The runtime takes it from there: a
  // filter that notifies on sendmsg must not stop us from handing it over.
  const int number = sys::dup(up.fd()).get();
  send_msg(up, Msg::kListener, std::to_string(number));
  const int listener = load_seccomp(plan.process.seccomp);
  if (listener != number) throw Error(Code::kInternal, "the notify descriptor is elsewhere");
  (void)expect(up, Msg::kHostDone);
  (void)::close(listener);
}

void run_hook_plan(const HookPlan& plan, std::string_view point, const std::string& directory,
                   const std::vector<std::string>& env) {
  if (plan.list.empty()) return;
  hooks::run_all(plan.list, {.point = point,
                             .state_json = plan.state_before_pid + std::to_string(::getpid()) +
                                           plan.state_after_pid,
                             .directory = directory,
                             .env = env});
}

}  // namespace rt

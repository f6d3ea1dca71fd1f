// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spec/names.h"
#include "spec/rules.h"

namespace rt::spec {
namespace {

// config-linux.md "Seccomp", errnoRet and defaultErrnoRet: an error for an action that returns no
// errno. The kernel's data word is 16 bits.
void errno_ret(SeccompAction action, const std::optional<std::uint32_t>& value, const Place& at) {
  if (!value) return;
  if (action != SeccompAction::kErrno && action != SeccompAction::kTrace)
    at.bad("has no meaning for " + quoted(word_of(action)));
  if (*value > 0xFFFF) at.bad("must be at most 65535, is " + std::to_string(*value));
}

bool notifies(const Seccomp& seccomp) {
  return std::any_of(seccomp.syscalls.begin(), seccomp.syscalls.end(),
                     [](const SeccompSyscall& s) { return s.action == SeccompAction::kNotify; });
}

// config-linux.md "Seccomp", listenerPath and listenerMetadata. With NOTIFY as default nothing
// would be left for the runtime to hand the listener over with.
void listener(const Seccomp& seccomp, const Place& at) {
  if (seccomp.default_action == SeccompAction::kNotify)
    (at / "defaultAction").bad("\"SCMP_ACT_NOTIFY\" cannot be the default");
  if (seccomp.listener_path.empty() && !seccomp.listener_metadata.empty())
    (at / "listenerMetadata").bad("needs \"listenerPath\"");
  if (seccomp.listener_path.empty() && notifies(seccomp))
    (at / "listenerPath").bad("\"SCMP_ACT_NOTIFY\" needs it");
}

// seccomp(2): a way to receive a notification, so there must be one.
void flags(const Seccomp& seccomp, const Place& at) {
  if (!seccomp.flags) return;
  for_each(*seccomp.flags, at / "flags", [&](SeccompFlag flag, const Place& here) {
    if (flag == SeccompFlag::kWaitKillableRecv && !notifies(seccomp))
      here.bad(quoted(word_of(flag)) + " needs a rule with \"SCMP_ACT_NOTIFY\"");
  });
}

void syscall_names(const SeccompSyscall& rule, const Place& at) {
  if (rule.names.empty()) (at / "names").bad("must have at least one entry");
  for_each(rule.names, at / "names", [](const std::string& name, const Place& here) {
    if (name.empty()) here.bad("must not be empty");
  });
}

// seccomp_data has six arguments.
void syscall_args(const SeccompSyscall& rule, const Place& at) {
  for_each(rule.args, at / "args", [](const SeccompArg& arg, const Place& here) {
    if (arg.index > 5) (here / "index").bad("must be 0 to 5, is " + std::to_string(arg.index));
  });
}

}  // namespace

void check_seccomp(const Seccomp& seccomp, const Place& at) {
  errno_ret(seccomp.default_action, seccomp.default_errno_ret, at / "defaultErrnoRet");
  listener(seccomp, at);
  flags(seccomp, at);
  for_each(seccomp.syscalls, at / "syscalls", [](const SeccompSyscall& rule, const Place& here) {
    syscall_names(rule, here);
    errno_ret(rule.action, rule.errno_ret, here / "errnoRet");
    syscall_args(rule, here);
  });
}

}  // namespace rt::spec

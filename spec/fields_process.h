// SPDX-License-Identifier: Apache-2.0
//
// Field tables of process.h.
// Rows stand in the order of the spec; the order is also that of the written document.
#pragma once

#include "spec/fields.h"
#include "spec/process.h"

namespace rt::spec {

template <>
struct Fields<ConsoleSize> {
  static constexpr auto list = std::tuple(optional("height", &ConsoleSize::height),  //
                                          optional("width", &ConsoleSize::width));
};

// Absent ids are 0: the text requires them, the schema and the callers do not.
template <>
struct Fields<User> {
  static constexpr auto list = std::tuple(always("uid", &User::uid), always("gid", &User::gid),
                                          optional("umask", &User::umask),
                                          optional("additionalGids", &User::additional_gids));
};

template <>
struct Fields<Capabilities> {
  static constexpr auto list = std::tuple(optional("bounding", &Capabilities::bounding),
                                          optional("effective", &Capabilities::effective),
                                          optional("inheritable", &Capabilities::inheritable),
                                          optional("permitted", &Capabilities::permitted),
                                          optional("ambient", &Capabilities::ambient));
};

template <>
struct Fields<Rlimit> {
  static constexpr auto list =
      std::tuple(required("type", &Rlimit::type), required("hard", &Rlimit::hard),
                 required("soft", &Rlimit::soft));
};

template <>
struct Fields<Scheduler> {
  static constexpr auto list = std::tuple(
      required("policy", &Scheduler::policy), optional("nice", &Scheduler::nice),
      optional("priority", &Scheduler::priority), optional("flags", &Scheduler::flags),
      optional("runtime", &Scheduler::runtime), optional("deadline", &Scheduler::deadline),
      optional("period", &Scheduler::period));
};

template <>
struct Fields<IoPriority> {
  static constexpr auto list = std::tuple(required("class", &IoPriority::io_class),
                                          required("priority", &IoPriority::priority));
};

template <>
struct Fields<ExecCpuAffinity> {
  static constexpr auto list = std::tuple(optional("initial", &ExecCpuAffinity::initial),
                                          optional("final", &ExecCpuAffinity::final_));
};

template <>
struct Fields<Process> {
  static constexpr auto list = std::tuple(
      optional("terminal", &Process::terminal), optional("consoleSize", &Process::console_size),
      always("user", &Process::user), optional("args", &Process::args),
      optional("env", &Process::env), required("cwd", &Process::cwd),
      optional("capabilities", &Process::capabilities), optional("rlimits", &Process::rlimits),
      optional("noNewPrivileges", &Process::no_new_privileges),
      optional("apparmorProfile", &Process::apparmor_profile),
      optional("oomScoreAdj", &Process::oom_score_adj), optional("scheduler", &Process::scheduler),
      optional("selinuxLabel", &Process::selinux_label),
      optional("ioPriority", &Process::io_priority),
      optional("execCPUAffinity", &Process::exec_cpu_affinity));
};

}  // namespace rt::spec

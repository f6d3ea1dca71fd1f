// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spec/names.h"
#include "spec/number_list.h"
#include "spec/rules.h"

namespace rt::spec {
namespace {

// config.md "Process": cwd must be absolute, args must have an entry.
void program(const Process& process, const Place& at) {
  require_absolute(process.cwd, at / "cwd");
  if (process.args.empty()) (at / "args").bad("must have at least one entry");
}

// config.md "POSIX process": the semantics of environ.
void environment(const Process& process, const Place& at) {
  for_each(process.env, at / "env", [](const std::string& entry, const Place& here) {
    if (entry.find('=') == std::string::npos)
      here.bad(quoted(entry) + " has no \"=\" between name and value");
  });
}

// config.md "Process": consoleSize is ignored without terminal. ioctl_tty(2): 16-bit sizes.
void console_size(const Process& process, const Place& at) {
  constexpr std::uint64_t kMost = 0xFFFF;
  if (!process.terminal || !process.console_size) return;
  const std::pair<const char*, const std::optional<std::uint64_t>&> sides[] = {
      {"height", process.console_size->height},
      {"width", process.console_size->width},
  };
  const Place here = at / "consoleSize";
  for (const auto& [name, value] : sides) {
    if (!value) here.bad("missing " + quoted(name));
    if (*value > kMost) (here / name).bad("must be at most 65535, is " + std::to_string(*value));
  }
}

// config.md "User". 4294967295 is "no change" to setresuid(2) and chown(2), hence not an id.
void user(const Process& process, const Place& at) {
  constexpr std::uint32_t kNoId = 0xFFFF'FFFF;
  const Place here = at / "user";
  const auto require_id = [](std::uint32_t id, const Place& place) {
    if (id == kNoId) place.bad("4294967295 is not an id");
  };
  require_id(process.user.uid, here / "uid");
  require_id(process.user.gid, here / "gid");
  for_each(process.user.additional_gids, here / "additionalGids", require_id);
  if (process.user.umask.value_or(0) > 0777)
    (here / "umask")
        .bad("must be at most 511 (octal 777), is " + std::to_string(*process.user.umask));
}

// config.md "POSIX process": no type twice. prlimit(2): soft above hard is EINVAL.
void rlimits(const Process& process, const Place& at) {
  for_each(process.rlimits, at / "rlimits", [&](const Rlimit& limit, const Place& here) {
    const auto same_type = [&](const Rlimit& other) { return other.type == limit.type; };
    const auto first = std::find_if(process.rlimits.begin(), process.rlimits.end(), same_type);
    if (&*first != &limit) (here / "type").bad(quoted(word_of(limit.type)) + " appears twice");
    if (limit.soft > limit.hard)
      (here / "soft")
          .bad(std::to_string(limit.soft) + " is above the hard limit of " +
               std::to_string(limit.hard));
  });
}

// config.md "Linux Process". proc(5): /proc/pid/oom_score_adj.
void oom_score_adj(const Process& process, const Place& at) {
  const std::int32_t value = process.oom_score_adj.value_or(0);
  if (value < -1000 || value > 1000)
    (at / "oomScoreAdj").bad("must be -1000 to 1000, is " + std::to_string(value));
}

// config.md "Linux Process", scheduler. sched_setattr(2): which policy reads which value.
void scheduler(const Process& process, const Place& at) {
  if (!process.scheduler) return;
  const Scheduler& s = *process.scheduler;
  const Place here = at / "scheduler";
  using enum SchedulerPolicy;
  const bool fair = s.policy == kOther || s.policy == kBatch;
  const bool real_time = s.policy == kFifo || s.policy == kRr;
  const std::string word = quoted(word_of(s.policy));
  if (fair && (s.nice < -20 || s.nice > 19))
    (here / "nice").bad("must be -20 to 19, is " + std::to_string(s.nice));
  if (real_time && (s.priority < 1 || s.priority > 99))
    (here / "priority").bad("must be 1 to 99 for " + word + ", is " + std::to_string(s.priority));
  if (!real_time && s.priority != 0) (here / "priority").bad("has no meaning for " + word);
  const std::pair<const char*, std::uint64_t> times[] = {
      {"runtime", s.runtime},
      {"deadline", s.deadline},
      {"period", s.period},
  };
  for (const auto& [name, value] : times)
    if (s.policy != kDeadline && value != 0) (here / name).bad("has no meaning for " + word);
}

// config.md "Linux Process", ioPriority. ioprio_set(2): eight levels.
void io_priority(const Process& process, const Place& at) {
  if (!process.io_priority) return;
  const std::int32_t priority = process.io_priority->priority;
  if (priority < 0 || priority > 7)
    (at / "ioPriority" / "priority").bad("must be 0 to 7, is " + std::to_string(priority));
}

// config.md "Linux Process", execCPUAffinity.
void exec_cpu_affinity(const Process& process, const Place& at) {
  if (!process.exec_cpu_affinity) return;
  const std::pair<const char*, const std::string&> lists[] = {
      {"initial", process.exec_cpu_affinity->initial},
      {"final", process.exec_cpu_affinity->final_},
  };
  for (const auto& [name, text] : lists)
    if (!parse_number_list(text))
      (at / "execCPUAffinity" / name).bad(quoted(text) + " is not a list of CPUs like \"0-3,7\"");
}

using Rule = void (*)(const Process& process, const Place& at);
constexpr Rule kRules[] = {program,   environment, console_size,     user, rlimits, oom_score_adj,
                           scheduler, io_priority, exec_cpu_affinity};

}  // namespace

void check_process(const Process& process, const Place& at) {
  for (const Rule rule : kRules) rule(process, at);
}

}  // namespace rt::spec

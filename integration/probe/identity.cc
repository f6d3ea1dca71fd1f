// SPDX-License-Identifier: Apache-2.0
// Who the process is: ids, capabilities, limits, signals, scheduling.
#include <linux/capability.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>

#include "json.h"
#include "probe.h"

extern char** environ;

namespace probe {
namespace {

// ioprio_get(2); <linux/ioprio.h> of newer kernels is no C++.
constexpr int kIoprioWhoProcess = 1;
constexpr int kIoprioClassShift = 13;

constexpr const char* kCapNames[] = {"CAP_CHOWN",
                                     "CAP_DAC_OVERRIDE",
                                     "CAP_DAC_READ_SEARCH",
                                     "CAP_FOWNER",
                                     "CAP_FSETID",
                                     "CAP_KILL",
                                     "CAP_SETGID",
                                     "CAP_SETUID",
                                     "CAP_SETPCAP",
                                     "CAP_LINUX_IMMUTABLE",
                                     "CAP_NET_BIND_SERVICE",
                                     "CAP_NET_BROADCAST",
                                     "CAP_NET_ADMIN",
                                     "CAP_NET_RAW",
                                     "CAP_IPC_LOCK",
                                     "CAP_IPC_OWNER",
                                     "CAP_SYS_MODULE",
                                     "CAP_SYS_RAWIO",
                                     "CAP_SYS_CHROOT",
                                     "CAP_SYS_PTRACE",
                                     "CAP_SYS_PACCT",
                                     "CAP_SYS_ADMIN",
                                     "CAP_SYS_BOOT",
                                     "CAP_SYS_NICE",
                                     "CAP_SYS_RESOURCE",
                                     "CAP_SYS_TIME",
                                     "CAP_SYS_TTY_CONFIG",
                                     "CAP_MKNOD",
                                     "CAP_LEASE",
                                     "CAP_AUDIT_WRITE",
                                     "CAP_AUDIT_CONTROL",
                                     "CAP_SETFCAP",
                                     "CAP_MAC_OVERRIDE",
                                     "CAP_MAC_ADMIN",
                                     "CAP_SYSLOG",
                                     "CAP_WAKE_ALARM",
                                     "CAP_BLOCK_SUSPEND",
                                     "CAP_AUDIT_READ",
                                     "CAP_PERFMON",
                                     "CAP_BPF",
                                     "CAP_CHECKPOINT_RESTORE"};

std::string id(const Args& /*args*/) {
  uid_t uid = 0;
  uid_t euid = 0;
  uid_t suid = 0;
  gid_t gid = 0;
  gid_t egid = 0;
  gid_t sgid = 0;
  getresuid(&uid, &euid, &suid);
  getresgid(&gid, &egid, &sgid);
  std::vector<gid_t> groups(65536);
  const int count = getgroups(static_cast<int>(groups.size()), groups.data());
  Array list;
  for (int i = 0; i < count; ++i) {
    list.num(groups[static_cast<std::size_t>(i)]);
  }
  const mode_t mask = umask(0);
  umask(mask);
  return Object()
      .num("uid", uid)
      .num("euid", euid)
      .num("suid", suid)
      .num("gid", gid)
      .num("egid", egid)
      .num("sgid", sgid)
      .add("groups", list.str())
      .num("umask", mask)
      .num("pid", getpid())
      .num("ppid", getppid())
      .num("sid", getsid(0))
      .num("pgid", getpgrp())
      .str();
}

std::string cap_list(std::uint64_t mask) {
  Array list;
  for (unsigned bit = 0; bit < 64; ++bit) {
    if ((mask >> bit & 1U) != 0) {
      list.text(bit < std::size(kCapNames) ? kCapNames[bit] : std::to_string(bit));
    }
  }
  return list.str();
}

std::string caps(const Args& /*args*/) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  syscall(SYS_capget, &header, data);
  const auto join = [](std::uint64_t low, std::uint64_t high) { return low | high << 32; };
  std::uint64_t bounding = 0;
  std::uint64_t ambient = 0;
  for (unsigned bit = 0; bit < 64; ++bit) {
    if (prctl(PR_CAPBSET_READ, bit, 0, 0, 0) == 1) {
      bounding |= std::uint64_t{1} << bit;
    }
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, bit, 0, 0) == 1) {
      ambient |= std::uint64_t{1} << bit;
    }
  }
  return Object()
      .add("bounding", cap_list(bounding))
      .add("effective", cap_list(join(data[0].effective, data[1].effective)))
      .add("permitted", cap_list(join(data[0].permitted, data[1].permitted)))
      .add("inheritable", cap_list(join(data[0].inheritable, data[1].inheritable)))
      .add("ambient", cap_list(ambient))
      .str();
}

std::string process(const Args& /*args*/) {
  const std::string oom = slurp("/proc/self/oom_score_adj");
  const long io = syscall(SYS_ioprio_get, kIoprioWhoProcess, 0);
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  sched_getaffinity(0, sizeof cpus, &cpus);
  Array cpu_list;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &cpus)) {
      cpu_list.num(i);
    }
  }
  return Object()
      .num("no_new_privs", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0))
      .num("seccomp", prctl(PR_GET_SECCOMP, 0, 0, 0, 0))
      .num("dumpable", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0))
      .num("keepcaps", prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0))
      .num("pdeathsig",
           [] {
             int s = 0;
             prctl(PR_GET_PDEATHSIG, &s, 0, 0, 0);
             return s;
           }())
      .add("oom_score_adj", oom.empty() ? "null" : oom.substr(0, oom.find('\n')))
      .num("personality", personality(0xffffffff))
      .num("nice", getpriority(PRIO_PROCESS, 0))
      .num("policy", sched_getscheduler(0))
      .num("ioprio_class", io >> kIoprioClassShift)
      .num("ioprio_data", io & ((1 << kIoprioClassShift) - 1))
      .add("cpus", cpu_list.str())
      .str();
}

std::string rlimits(const Args& /*args*/) {
  static constexpr struct {
    int number;
    const char* name;
  } kLimits[] = {
      {RLIMIT_AS, "AS"},           {RLIMIT_CORE, "CORE"},         {RLIMIT_CPU, "CPU"},
      {RLIMIT_DATA, "DATA"},       {RLIMIT_FSIZE, "FSIZE"},       {RLIMIT_LOCKS, "LOCKS"},
      {RLIMIT_MEMLOCK, "MEMLOCK"}, {RLIMIT_MSGQUEUE, "MSGQUEUE"}, {RLIMIT_NICE, "NICE"},
      {RLIMIT_NOFILE, "NOFILE"},   {RLIMIT_NPROC, "NPROC"},       {RLIMIT_RSS, "RSS"},
      {RLIMIT_RTPRIO, "RTPRIO"},   {RLIMIT_RTTIME, "RTTIME"},     {RLIMIT_SIGPENDING, "SIGPENDING"},
      {RLIMIT_STACK, "STACK"}};
  Object all;
  for (const auto& row : kLimits) {
    rlimit limit{};
    getrlimit(static_cast<__rlimit_resource_t>(row.number), &limit);
    all.add(row.name, Object()
                          .text("soft", std::to_string(limit.rlim_cur))
                          .text("hard", std::to_string(limit.rlim_max))
                          .str());
  }
  return all.str();
}

std::string signals(const Args& /*args*/) {
  sigset_t blocked;
  sigprocmask(SIG_SETMASK, nullptr, &blocked);
  Array blocked_list;
  Array ignored_list;
  for (int number = 1; number <= 64; ++number) {
    // The raw call: glibc hides signals 32 and 33.
    struct {
      void* handler;
      unsigned long flags;
      void* restorer;
      unsigned long mask;
    } action{};
    syscall(SYS_rt_sigaction, number, nullptr, &action, sizeof action.mask);
    if (action.handler == reinterpret_cast<void*>(1)) {
      ignored_list.num(number);
    }
    if (sigismember(&blocked, number) == 1) {
      blocked_list.num(number);
    }
  }
  return Object().add("blocked", blocked_list.str()).add("ignored", ignored_list.str()).str();
}

std::string env(const Args& /*args*/) {
  Array list;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    list.text(*entry);
  }
  return list.str();
}

std::string args_of(const Args& args) {
  Array list;
  for (const std::string& arg : args) {
    list.text(arg);
  }
  return list.str();
}

constexpr Fact kFacts[] = {{"id", id},           {"caps", caps},       {"process", process},
                           {"rlimits", rlimits}, {"signals", signals}, {"env", env},
                           {"args", args_of}};

}  // namespace

std::span<const Fact> identity_facts() {
  return kFacts;
}

}  // namespace probe

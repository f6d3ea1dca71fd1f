// SPDX-License-Identifier: Apache-2.0
//
// The `process` object of config.json, which is also the document of `rt exec --process`.
// Enumerators carry the kernel's number, so that static_cast is the conversion.
// Source: runtime-spec 1.3, config.md "Process", "POSIX process", "Linux Process".
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rt::spec {

struct ConsoleSize {  // characters; validate() wants both when there is a terminal
  std::optional<std::uint64_t> height{};
  std::optional<std::uint64_t> width{};
  bool operator==(const ConsoleSize&) const = default;
};

struct User {
  std::uint32_t uid = 0;  // in the container's user namespace
  std::uint32_t gid = 0;
  std::optional<std::uint32_t> umask{};  // absent: leave it
  std::vector<std::uint32_t> additional_gids{};
  bool operator==(const User&) const = default;
};

enum class RlimitType : std::uint8_t {
  kAs = RLIMIT_AS,
  kCore = RLIMIT_CORE,
  kCpu = RLIMIT_CPU,
  kData = RLIMIT_DATA,
  kFsize = RLIMIT_FSIZE,
  kLocks = RLIMIT_LOCKS,
  kMemlock = RLIMIT_MEMLOCK,
  kMsgqueue = RLIMIT_MSGQUEUE,
  kNice = RLIMIT_NICE,
  kNofile = RLIMIT_NOFILE,
  kNproc = RLIMIT_NPROC,
  kRss = RLIMIT_RSS,
  kRtprio = RLIMIT_RTPRIO,
  kRttime = RLIMIT_RTTIME,
  kSigpending = RLIMIT_SIGPENDING,
  kStack = RLIMIT_STACK,
};

struct Rlimit {
  RlimitType type = RlimitType::kAs;
  std::uint64_t soft = 0;  // RLIM_INFINITY is 2^64-1
  std::uint64_t hard = 0;
  bool operator==(const Rlimit&) const = default;
};

// Names as written, known or not: an unknown capability is a warning, never an error.
struct Capabilities {
  std::vector<std::string> bounding{};
  std::vector<std::string> effective{};
  std::vector<std::string> inheritable{};
  std::vector<std::string> permitted{};
  std::vector<std::string> ambient{};
  bool operator==(const Capabilities&) const = default;
};

enum class SchedulerPolicy : std::uint8_t {  // <linux/sched.h>
  kOther = 0,
  kFifo = 1,
  kRr = 2,
  kBatch = 3,
  kIso = 4,  // reserved by the kernel: EINVAL
  kIdle = 5,
  kDeadline = 6,
};

enum class SchedulerFlag : std::uint8_t {  // <linux/sched.h>, SCHED_FLAG_*
  kResetOnFork = 0x01,
  kReclaim = 0x02,
  kDlOverrun = 0x04,
  kKeepPolicy = 0x08,
  kKeepParams = 0x10,
  kUtilClampMin = 0x20,
  kUtilClampMax = 0x40,
};

struct Scheduler {
  SchedulerPolicy policy = SchedulerPolicy::kOther;
  std::int32_t nice = 0;      // OTHER, BATCH: -20..19
  std::int32_t priority = 0;  // FIFO, RR: 1..99
  std::vector<SchedulerFlag> flags{};
  std::uint64_t runtime = 0;  // ns; DEADLINE only, like the next two
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
  bool operator==(const Scheduler&) const = default;
};

enum class IoPriorityClass : std::uint8_t { kRt = 1, kBe = 2, kIdle = 3 };  // ioprio_set(2)

struct IoPriority {
  IoPriorityClass io_class = IoPriorityClass::kBe;
  std::int32_t priority = 0;  // 0 (highest) .. 7
  bool operator==(const IoPriority&) const = default;
};

struct ExecCpuAffinity {  // for `rt exec` only, never for init
  std::string initial{};  // "0-3,7"; empty: absent
  std::string final_{};   // empty: leave it to the kernel
  bool operator==(const ExecCpuAffinity&) const = default;
};

struct Process {
  bool terminal = false;
  std::optional<ConsoleSize> console_size{};  // ignored without terminal
  User user{};
  std::vector<std::string> args{};
  std::vector<std::string> env{};
  std::string cwd{};
  std::optional<Capabilities> capabilities{};
  std::vector<Rlimit> rlimits{};
  bool no_new_privileges = false;
  std::optional<std::int32_t> oom_score_adj{};  // absent: do not touch
  std::string apparmor_profile{};               // empty: absent
  std::string selinux_label{};                  // empty: absent
  std::optional<Scheduler> scheduler{};
  std::optional<IoPriority> io_priority{};
  std::optional<ExecCpuAffinity> exec_cpu_affinity{};
  bool operator==(const Process&) const = default;
};

}  // namespace rt::spec

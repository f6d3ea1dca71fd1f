// SPDX-License-Identifier: Apache-2.0
#include "spec/names.h"

#include <csignal>

#include "runtime/base/text.h"

namespace rt::spec {
namespace {

constexpr Word<RlimitType> kRlimits[] = {
    {"RLIMIT_AS", RlimitType::kAs},
    {"RLIMIT_CORE", RlimitType::kCore},
    {"RLIMIT_CPU", RlimitType::kCpu},
    {"RLIMIT_DATA", RlimitType::kData},
    {"RLIMIT_FSIZE", RlimitType::kFsize},
    {"RLIMIT_LOCKS", RlimitType::kLocks},
    {"RLIMIT_MEMLOCK", RlimitType::kMemlock},
    {"RLIMIT_MSGQUEUE", RlimitType::kMsgqueue},
    {"RLIMIT_NICE", RlimitType::kNice},
    {"RLIMIT_NOFILE", RlimitType::kNofile},
    {"RLIMIT_NPROC", RlimitType::kNproc},
    {"RLIMIT_RSS", RlimitType::kRss},
    {"RLIMIT_RTPRIO", RlimitType::kRtprio},
    {"RLIMIT_RTTIME", RlimitType::kRttime},
    {"RLIMIT_SIGPENDING", RlimitType::kSigpending},
    {"RLIMIT_STACK", RlimitType::kStack},
};

constexpr Word<SchedulerPolicy> kSchedulerPolicies[] = {
    {"SCHED_OTHER", SchedulerPolicy::kOther},
    {"SCHED_FIFO", SchedulerPolicy::kFifo},
    {"SCHED_RR", SchedulerPolicy::kRr},
    {"SCHED_BATCH", SchedulerPolicy::kBatch},
    {"SCHED_ISO", SchedulerPolicy::kIso},
    {"SCHED_IDLE", SchedulerPolicy::kIdle},
    {"SCHED_DEADLINE", SchedulerPolicy::kDeadline},
};

constexpr Word<SchedulerFlag> kSchedulerFlags[] = {
    {"SCHED_FLAG_RESET_ON_FORK", SchedulerFlag::kResetOnFork},
    {"SCHED_FLAG_RECLAIM", SchedulerFlag::kReclaim},
    {"SCHED_FLAG_DL_OVERRUN", SchedulerFlag::kDlOverrun},
    {"SCHED_FLAG_KEEP_POLICY", SchedulerFlag::kKeepPolicy},
    {"SCHED_FLAG_KEEP_PARAMS", SchedulerFlag::kKeepParams},
    {"SCHED_FLAG_UTIL_CLAMP_MIN", SchedulerFlag::kUtilClampMin},
    {"SCHED_FLAG_UTIL_CLAMP_MAX", SchedulerFlag::kUtilClampMax},
};

constexpr Word<IoPriorityClass> kIoPriorityClasses[] = {
    {"IOPRIO_CLASS_RT", IoPriorityClass::kRt},
    {"IOPRIO_CLASS_BE", IoPriorityClass::kBe},
    {"IOPRIO_CLASS_IDLE", IoPriorityClass::kIdle},
};

constexpr Word<NamespaceType> kNamespaces[] = {
    {"cgroup", NamespaceType::kCgroup}, {"ipc", NamespaceType::kIpc},
    {"mount", NamespaceType::kMount},   {"network", NamespaceType::kNetwork},
    {"pid", NamespaceType::kPid},       {"time", NamespaceType::kTime},
    {"user", NamespaceType::kUser},     {"uts", NamespaceType::kUts},
};

constexpr Word<DeviceType> kDeviceTypes[] = {
    {"c", DeviceType::kChar},
    {"b", DeviceType::kBlock},
    {"u", DeviceType::kUnbuffered},
    {"p", DeviceType::kFifo},
};

constexpr Word<DeviceRuleType> kDeviceRuleTypes[] = {
    {"a", DeviceRuleType::kAll},
    {"c", DeviceRuleType::kChar},
    {"b", DeviceRuleType::kBlock},
};

constexpr Word<MemoryPolicyMode> kMemoryPolicyModes[] = {
    {"MPOL_DEFAULT", MemoryPolicyMode::kDefault},
    {"MPOL_PREFERRED", MemoryPolicyMode::kPreferred},
    {"MPOL_BIND", MemoryPolicyMode::kBind},
    {"MPOL_INTERLEAVE", MemoryPolicyMode::kInterleave},
    {"MPOL_LOCAL", MemoryPolicyMode::kLocal},
    {"MPOL_PREFERRED_MANY", MemoryPolicyMode::kPreferredMany},
    {"MPOL_WEIGHTED_INTERLEAVE", MemoryPolicyMode::kWeightedInterleave},
};

constexpr Word<MemoryPolicyFlag> kMemoryPolicyFlags[] = {
    {"MPOL_F_NUMA_BALANCING", MemoryPolicyFlag::kNumaBalancing},
    {"MPOL_F_RELATIVE_NODES", MemoryPolicyFlag::kRelativeNodes},
    {"MPOL_F_STATIC_NODES", MemoryPolicyFlag::kStaticNodes},
};

constexpr Word<PersonalityDomain> kPersonalityDomains[] = {
    {"LINUX", PersonalityDomain::kLinux},
    {"LINUX32", PersonalityDomain::kLinux32},
};

// The r-words are not in the spec; containerd's CRI plugin sends them.
constexpr Word<RootfsPropagation> kRootfsPropagations[] = {
    {"shared", {Propagation::kShared, false}},   {"slave", {Propagation::kSlave, false}},
    {"private", {Propagation::kPrivate, false}}, {"unbindable", {Propagation::kUnbindable, false}},
    {"rshared", {Propagation::kShared, true}},   {"rslave", {Propagation::kSlave, true}},
    {"rprivate", {Propagation::kPrivate, true}}, {"runbindable", {Propagation::kUnbindable, true}},
};

constexpr Word<SeccompAction> kSeccompActions[] = {
    {"SCMP_ACT_KILL", SeccompAction::kKill},
    {"SCMP_ACT_KILL_PROCESS", SeccompAction::kKillProcess},
    {"SCMP_ACT_KILL_THREAD", SeccompAction::kKillThread},
    {"SCMP_ACT_TRAP", SeccompAction::kTrap},
    {"SCMP_ACT_ERRNO", SeccompAction::kErrno},
    {"SCMP_ACT_TRACE", SeccompAction::kTrace},
    {"SCMP_ACT_ALLOW", SeccompAction::kAllow},
    {"SCMP_ACT_LOG", SeccompAction::kLog},
    {"SCMP_ACT_NOTIFY", SeccompAction::kNotify},
};

constexpr Word<SeccompOperator> kSeccompOperators[] = {
    {"SCMP_CMP_NE", SeccompOperator::kNe},
    {"SCMP_CMP_LT", SeccompOperator::kLt},
    {"SCMP_CMP_LE", SeccompOperator::kLe},
    {"SCMP_CMP_EQ", SeccompOperator::kEq},
    {"SCMP_CMP_GE", SeccompOperator::kGe},
    {"SCMP_CMP_GT", SeccompOperator::kGt},
    {"SCMP_CMP_MASKED_EQ", SeccompOperator::kMaskedEq},
};

constexpr Word<SeccompFlag> kSeccompFlags[] = {
    {"SECCOMP_FILTER_FLAG_TSYNC", SeccompFlag::kTsync},
    {"SECCOMP_FILTER_FLAG_LOG", SeccompFlag::kLog},
    {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SeccompFlag::kSpecAllow},
    {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SeccompFlag::kWaitKillableRecv},
};

constexpr Word<SeccompArch> kSeccompArchs[] = {
    {"SCMP_ARCH_X86", SeccompArch::kX86},
    {"SCMP_ARCH_X86_64", SeccompArch::kX86_64},
    {"SCMP_ARCH_X32", SeccompArch::kX32},
    {"SCMP_ARCH_ARM", SeccompArch::kArm},
    {"SCMP_ARCH_AARCH64", SeccompArch::kAarch64},
    {"SCMP_ARCH_LOONGARCH64", SeccompArch::kLoongarch64},
    {"SCMP_ARCH_M68K", SeccompArch::kM68k},
    {"SCMP_ARCH_MIPS", SeccompArch::kMips},
    {"SCMP_ARCH_MIPS64", SeccompArch::kMips64},
    {"SCMP_ARCH_MIPS64N32", SeccompArch::kMips64n32},
    {"SCMP_ARCH_MIPSEL", SeccompArch::kMipsel},
    {"SCMP_ARCH_MIPSEL64", SeccompArch::kMipsel64},
    {"SCMP_ARCH_MIPSEL64N32", SeccompArch::kMipsel64n32},
    {"SCMP_ARCH_PPC", SeccompArch::kPpc},
    {"SCMP_ARCH_PPC64", SeccompArch::kPpc64},
    {"SCMP_ARCH_PPC64LE", SeccompArch::kPpc64le},
    {"SCMP_ARCH_S390", SeccompArch::kS390},
    {"SCMP_ARCH_S390X", SeccompArch::kS390x},
    {"SCMP_ARCH_SH", SeccompArch::kSh},
    {"SCMP_ARCH_SHEB", SeccompArch::kSheb},
    {"SCMP_ARCH_PARISC", SeccompArch::kParisc},
    {"SCMP_ARCH_PARISC64", SeccompArch::kParisc64},
    {"SCMP_ARCH_RISCV64", SeccompArch::kRiscv64},
};

constexpr Word<Status> kStatuses[] = {
    {"creating", Status::kCreating}, {"created", Status::kCreated}, {"running", Status::kRunning},
    {"stopped", Status::kStopped},   {"paused", Status::kPaused},
};

// Signals 1..31 of signal(7) and the aliases that crun takes.
constexpr Word<int> kSignals[] = {
    {"HUP", SIGHUP},   {"INT", SIGINT},       {"QUIT", SIGQUIT}, {"ILL", SIGILL},
    {"TRAP", SIGTRAP}, {"ABRT", SIGABRT},     {"BUS", SIGBUS},   {"FPE", SIGFPE},
    {"KILL", SIGKILL}, {"USR1", SIGUSR1},     {"SEGV", SIGSEGV}, {"USR2", SIGUSR2},
    {"PIPE", SIGPIPE}, {"ALRM", SIGALRM},     {"TERM", SIGTERM}, {"STKFLT", SIGSTKFLT},
    {"CHLD", SIGCHLD}, {"CONT", SIGCONT},     {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU},     {"URG", SIGURG},   {"XCPU", SIGXCPU},
    {"XFSZ", SIGXFSZ}, {"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"WINCH", SIGWINCH},
    {"IO", SIGIO},     {"PWR", SIGPWR},       {"SYS", SIGSYS},   {"IOT", SIGIOT},
    {"CLD", SIGCHLD},  {"POLL", SIGPOLL},
};

constexpr int kRealTimeMin = 34;
constexpr int kRealTimeMax = 64;

// "RTMIN", "RTMIN+1".."RTMIN+15", "RTMAX-14".."RTMAX-1", "RTMAX"; `name` in lower case.
std::optional<int> real_time_signal(std::string_view name) {
  const struct {
    std::string_view base;
    char sign;
    int from, direction, most;
  } rows[] = {{"rtmin", '+', kRealTimeMin, 1, 15}, {"rtmax", '-', kRealTimeMax, -1, 14}};
  for (const auto& row : rows) {
    if (!name.starts_with(row.base)) continue;
    const std::string_view rest = name.substr(row.base.size());
    if (rest.empty()) return row.from;
    if (rest.front() != row.sign) return {};
    const auto distance = parse_number<std::uint8_t>(rest.substr(1));
    if (!distance || *distance > row.most) return {};
    return row.from + row.direction * *distance;
  }
  return {};
}

}  // namespace

std::span<const Word<RlimitType>> Words<RlimitType>::list() noexcept {
  return kRlimits;
}
std::span<const Word<SchedulerPolicy>> Words<SchedulerPolicy>::list() noexcept {
  return kSchedulerPolicies;
}
std::span<const Word<SchedulerFlag>> Words<SchedulerFlag>::list() noexcept {
  return kSchedulerFlags;
}
std::span<const Word<IoPriorityClass>> Words<IoPriorityClass>::list() noexcept {
  return kIoPriorityClasses;
}
std::span<const Word<NamespaceType>> Words<NamespaceType>::list() noexcept {
  return kNamespaces;
}
std::span<const Word<DeviceType>> Words<DeviceType>::list() noexcept {
  return kDeviceTypes;
}
std::span<const Word<DeviceRuleType>> Words<DeviceRuleType>::list() noexcept {
  return kDeviceRuleTypes;
}
std::span<const Word<MemoryPolicyMode>> Words<MemoryPolicyMode>::list() noexcept {
  return kMemoryPolicyModes;
}
std::span<const Word<MemoryPolicyFlag>> Words<MemoryPolicyFlag>::list() noexcept {
  return kMemoryPolicyFlags;
}
std::span<const Word<PersonalityDomain>> Words<PersonalityDomain>::list() noexcept {
  return kPersonalityDomains;
}
std::span<const Word<RootfsPropagation>> Words<RootfsPropagation>::list() noexcept {
  return kRootfsPropagations;
}
std::span<const Word<SeccompAction>> Words<SeccompAction>::list() noexcept {
  return kSeccompActions;
}
std::span<const Word<SeccompOperator>> Words<SeccompOperator>::list() noexcept {
  return kSeccompOperators;
}
std::span<const Word<SeccompFlag>> Words<SeccompFlag>::list() noexcept {
  return kSeccompFlags;
}
std::span<const Word<SeccompArch>> Words<SeccompArch>::list() noexcept {
  return kSeccompArchs;
}
std::span<const Word<Status>> Words<Status>::list() noexcept {
  return kStatuses;
}

std::optional<unsigned> capability_number(std::string_view name) noexcept {
  const auto* const at = std::find(kCapabilityNames.begin(), kCapabilityNames.end(), name);
  if (at == kCapabilityNames.end()) return {};
  return static_cast<unsigned>(at - kCapabilityNames.begin());
}

std::optional<int> signal_number(std::string_view name) {
  if (const auto number = parse_number<unsigned>(name))
    return *number <= kRealTimeMax ? std::optional(static_cast<int>(*number)) : std::nullopt;
  std::string word = lower(name);
  if (word.starts_with("sig")) word.erase(0, 3);
  for (const Word<int>& row : kSignals)
    if (lower(row.word) == word) return row.value;
  return real_time_signal(word);
}

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
//
// Our program against the one that plain libseccomp calls give for the same profile, both run over
// every system call number and the arguments at the edges of every condition. The profiles: what
// managers send (tests/data/seccomp), and random ones. The only difference that is allowed is the
// ENOSYS for calls that are newer than the profile (SC-17).
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/kernel/seccomp.h"
#include "spec/documents.h"
#include "spec/names.h"
#include "spec/validate.h"
#include "tests/support/classic_bpf.h"

#if defined(__x86_64__)

namespace rt {
namespace {

using spec::Seccomp;
using spec::SeccompArg;
using spec::SeccompSyscall;
using Action = spec::SeccompAction;
using Arguments = std::array<std::uint64_t, 6>;
using Program = std::vector<sock_filter>;

constexpr std::uint32_t kX32Bit = 0x40000000;

// --- the reference ---

std::uint32_t libseccomp_action(Action action, std::optional<std::uint32_t> errno_ret) {
  const std::string word(spec::word_of(action));
  const std::uint32_t value = errno_ret.value_or(EPERM);
  const std::map<std::string, std::uint32_t> actions{
      {"SCMP_ACT_KILL", SCMP_ACT_KILL},
      {"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
      {"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
      {"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
      {"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(value)},
      {"SCMP_ACT_TRACE", SCMP_ACT_TRACE(value)},
      {"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
      {"SCMP_ACT_LOG", SCMP_ACT_LOG},
      {"SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY},
  };
  return actions.at(word);
}

scmp_arg_cmp libseccomp_condition(const SeccompArg& arg) {
  const std::map<std::string, scmp_compare> operators{
      {"SCMP_CMP_NE", SCMP_CMP_NE},
      {"SCMP_CMP_LT", SCMP_CMP_LT},
      {"SCMP_CMP_LE", SCMP_CMP_LE},
      {"SCMP_CMP_EQ", SCMP_CMP_EQ},
      {"SCMP_CMP_GE", SCMP_CMP_GE},
      {"SCMP_CMP_GT", SCMP_CMP_GT},
      {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
  };
  return {.arg = arg.index,
          .op = operators.at(std::string(spec::word_of(arg.op))),
          .datum_a = arg.value,
          .datum_b = arg.value_two};
}

// "SCMP_ARCH_X86_64" is "x86_64" to libseccomp.
std::uint32_t libseccomp_arch(spec::SeccompArch arch) {
  std::string word(spec::word_of(arch));
  word.erase(0, std::string("SCMP_ARCH_").size());
  for (char& c : word) c = static_cast<char>(::tolower(c));
  return ::seccomp_arch_resolve_name(word.c_str());
}

bool repeats_an_index(const std::vector<SeccompArg>& args) {
  for (std::size_t i = 0; i < args.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (args[i].index == args[j].index) return true;
  return false;
}

int add_rule(scmp_filter_ctx filter, const SeccompSyscall& rule, std::uint32_t action, int number) {
  std::vector<scmp_arg_cmp> all;
  for (const SeccompArg& arg : rule.args) all.push_back(libseccomp_condition(arg));
  const auto add = [&](const scmp_arg_cmp* first, std::size_t count) {
    return ::seccomp_rule_add_array(filter, action, number, static_cast<unsigned>(count), first);
  };
  if (!repeats_an_index(rule.args)) return add(all.data(), all.size());
  int result = 0;
  for (const scmp_arg_cmp& one : all) result = std::min(result, add(&one, 1));
  return result;
}

// Empty: libseccomp refuses something of it.
Program reference(const Seccomp& profile) {
  const std::uint32_t fallback =
      libseccomp_action(profile.default_action, profile.default_errno_ret);
  const std::unique_ptr<void, void (*)(void*)> filter(::seccomp_init(fallback), ::seccomp_release);
  if (filter == nullptr) return {};
  for (const auto arch : profile.architectures)
    (void)::seccomp_arch_add(filter.get(), libseccomp_arch(arch));
  for (const SeccompSyscall& rule : profile.syscalls) {
    const std::uint32_t action = libseccomp_action(rule.action, rule.errno_ret);
    for (const std::string& name : rule.names) {
      const int number = ::seccomp_syscall_resolve_name(name.c_str());
      if (action == fallback || number == __NR_SCMP_ERROR) continue;
      if (add_rule(filter.get(), rule, action, number) != 0) return {};
    }
  }
  const Fd file = sys::memfd("reference", 0);
  EXPECT_EQ(::seccomp_export_bpf(filter.get(), file.get()), 0);
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_SET), 0);
  const std::string bytes = read_fd(file.get());
  Program out(bytes.size() / sizeof(sock_filter));
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

// --- what both are asked ---

// The values at which one of the conditions on this argument may change its mind.
std::vector<std::uint64_t> edges_of(const SeccompArg& arg) {
  std::vector<std::uint64_t> out{0, UINT64_MAX};
  for (const std::uint64_t v : {arg.value, arg.value_two, arg.value_two | ~arg.value}) {
    for (const std::uint64_t near : {v, v - 1, v + 1}) {
      out.push_back(near);
      out.push_back(near ^ (std::uint64_t{1} << 32));  // the same low word
      out.push_back(near << 32 | near >> 32);
    }
  }
  return out;
}

// Every edge of every condition of the rule, with the other arguments where their conditions hold
// and at zero.
void add_argument_sets(const SeccompSyscall& rule, std::vector<Arguments>& out) {
  Arguments holding{};
  for (const SeccompArg& arg : rule.args) {
    const bool masked = arg.op == spec::SeccompOperator::kMaskedEq;
    holding[arg.index] = masked ? arg.value_two : arg.value;
  }
  for (const SeccompArg& arg : rule.args) {
    for (const std::uint64_t edge : edges_of(arg)) {
      for (Arguments set : {holding, Arguments{}}) {
        set[arg.index] = edge;
        out.push_back(set);
      }
    }
  }
}

struct Machine {
  std::uint32_t token = 0;   // libseccomp's
  std::uint32_t audit = 0;   // what the kernel puts into seccomp_data
  std::uint32_t offset = 0;  // of its numbers
};

std::vector<Machine> archs_of(const Seccomp& profile) {
  std::vector<Machine> out{{SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64, 0},
                           {SCMP_ARCH_X32, AUDIT_ARCH_X86_64, kX32Bit},
                           {SCMP_ARCH_S390X, AUDIT_ARCH_S390X, 0}};  // never listed here
  for (const auto arch : profile.architectures) {
    const std::uint32_t token = libseccomp_arch(arch);
    if (token == SCMP_ARCH_X86_64 || token == SCMP_ARCH_X32) continue;
    const std::uint32_t offset = token == SCMP_ARCH_MIPSEL     ? 4000
                                 : token == SCMP_ARCH_MIPSEL64 ? 5000
                                                               : 0;
    out.push_back({token, token, offset});
  }
  return out;
}

// --- the comparison ---

class Comparison {
 public:
  explicit Comparison(const Seccomp& profile)
      : profile_(profile), ours_(to_seccomp_plan(profile).program), theirs_(reference(profile)) {}

  void run() {
    for (const Machine& arch : archs_of(profile_)) {
      collect(arch.token);
      for (std::uint32_t number = 0; number <= 600; ++number)
        one_number(arch, number + arch.offset);
      one_number(arch, UINT32_MAX);  // what a tracer writes to skip a call
    }
  }
  [[nodiscard]] int calls() const { return calls_; }
  [[nodiscard]] int newer() const { return newer_; }

 private:
  // Which numbers the profile speaks of on this architecture.
  void collect(std::uint32_t token) {
    sets_.clear();
    highest_ = -1;
    for (const SeccompSyscall& rule : profile_.syscalls) {
      for (const std::string& name : rule.names) {
        const int number = ::seccomp_syscall_resolve_name_arch(token, name.c_str());
        highest_ = std::max(highest_, number);
        if (number >= 0) add_argument_sets(rule, sets_[static_cast<std::uint32_t>(number)]);
      }
    }
  }

  void one_number(const Machine& arch, std::uint32_t number) {
    std::vector<Arguments> sets{{}, {1, 1, 1, 1, 1, 1}};
    if (const auto found = sets_.find(number); found != sets_.end())
      sets.insert(sets.end(), found->second.begin(), found->second.end());
    for (const Arguments& args : sets) {
      seccomp_data data{};
      data.nr = static_cast<int>(number);
      data.arch = arch.audit;
      std::copy(args.begin(), args.end(), data.args);
      const std::uint32_t want = want_for(arch, number, verdict(theirs_, data));
      ASSERT_EQ(verdict(ours_, data), want)
          << std::hex << "arch " << arch.audit << " call " << number << " args " << args[0] << ' '
          << args[1] << ' ' << args[2] << ' ' << args[3] << ' ' << args[4] << ' ' << args[5];
      ++calls_;
    }
  }

  std::uint32_t want_for(const Machine& arch, std::uint32_t number, std::uint32_t theirs) {
    const bool answers_errno = profile_.default_action == Action::kErrno &&
                               profile_.default_errno_ret.value_or(EPERM) != ENOSYS;
    const bool listed = arch.audit != AUDIT_ARCH_S390X;
    const bool x32 = arch.audit == AUDIT_ARCH_X86_64 && (number & kX32Bit) != 0;
    if (!answers_errno || !listed || x32 || highest_ < 0) return theirs;
    if (number <= static_cast<std::uint32_t>(highest_)) return theirs;
    ++newer_;
    return SECCOMP_RET_ERRNO | ENOSYS;
  }

  const Seccomp& profile_;
  Program ours_;
  Program theirs_;
  int highest_ = -1;
  std::map<std::uint32_t, std::vector<Arguments>> sets_{};
  int calls_ = 0;
  int newer_ = 0;
};

Seccomp recorded(const char* name) {
  const std::string path = std::string(RT_TEST_DATA) + "/seccomp/" + name;
  const spec::Config config = spec::decode_config(read_file(path), name);
  spec::validate(config, name);
  return config.linux_.value_or(spec::Linux{}).seccomp.value_or(Seccomp{});
}

// --- random profiles ---

class RandomProfiles {
 public:
  explicit RandomProfiles(unsigned seed) : engine_(seed) {
    names_ = recorded("docker-20.10.json").syscalls.at(0).names;
    for (const char* unknown : {"no_such_call", "nor_this_one"}) names_.emplace_back(unknown);
  }

  Seccomp next() {
    Seccomp out{.default_action = pick(kDefaults)};
    out.default_errno_ret = errno_for(out.default_action);
    for (const auto arch : kArchs)
      if (below(4) == 0) out.architectures.push_back(arch);
    for (unsigned i = below(12); i > 0; --i) out.syscalls.push_back(rule());
    const bool notifies =
        std::any_of(out.syscalls.begin(), out.syscalls.end(),
                    [](const SeccompSyscall& one) { return one.action == Action::kNotify; });
    if (notifies) out.listener_path = "/agent";
    if (below(3) == 0) return out;
    out.flags.emplace();
    for (const auto flag : {spec::SeccompFlag::kTsync, spec::SeccompFlag::kLog,
                            spec::SeccompFlag::kSpecAllow, spec::SeccompFlag::kWaitKillableRecv})
      if (below(2) == 0 && (notifies || flag != spec::SeccompFlag::kWaitKillableRecv))
        out.flags->push_back(flag);
    return out;
  }

 private:
  static constexpr Action kDefaults[] = {Action::kKill,  Action::kKillProcess, Action::kTrap,
                                         Action::kErrno, Action::kErrno,       Action::kTrace,
                                         Action::kAllow, Action::kLog};
  static constexpr Action kActions[] = {Action::kKill,  Action::kKillProcess, Action::kKillThread,
                                        Action::kTrap,  Action::kErrno,       Action::kTrace,
                                        Action::kAllow, Action::kLog,         Action::kNotify};
  // Of one byte order: libseccomp mixes no others into one filter.
  static constexpr spec::SeccompArch kArchs[] = {
      spec::SeccompArch::kX86_64,   spec::SeccompArch::kX86,     spec::SeccompArch::kX32,
      spec::SeccompArch::kArm,      spec::SeccompArch::kAarch64, spec::SeccompArch::kMipsel,
      spec::SeccompArch::kMipsel64, spec::SeccompArch::kRiscv64, spec::SeccompArch::kPpc64le};
  static constexpr spec::SeccompOperator kOperators[] = {
      spec::SeccompOperator::kNe,      spec::SeccompOperator::kLt, spec::SeccompOperator::kLe,
      spec::SeccompOperator::kEq,      spec::SeccompOperator::kGe, spec::SeccompOperator::kGt,
      spec::SeccompOperator::kMaskedEq};

  unsigned below(unsigned limit) { return static_cast<unsigned>(engine_() % limit); }
  template <class T, std::size_t N>
  T pick(const T (&from)[N]) {
    return from[below(N)];
  }
  std::uint64_t value() {
    const std::uint64_t word = engine_();
    const std::uint64_t values[] = {0,          1,         word, word << 32, word << 32 | engine_(),
                                    0xFFFFFFFF, 1ULL << 32};
    return pick(values);
  }
  std::optional<std::uint32_t> errno_for(Action action) {
    if ((action != Action::kErrno && action != Action::kTrace) || below(2) == 0) return {};
    return below(action == Action::kErrno ? 4200 : 0x10000);  // libseccomp ends at 4094
  }
  SeccompSyscall rule() {
    SeccompSyscall out{.action = pick(kActions)};
    out.errno_ret = errno_for(out.action);
    for (unsigned i = 1 + below(4); i > 0; --i)
      out.names.push_back(names_[below(static_cast<unsigned>(names_.size()))]);
    for (unsigned i = below(4); i > 0; --i)
      out.args.push_back({.index = below(6),
                          .value = value(),
                          .value_two = below(2) == 0 ? 0 : value(),
                          .op = pick(kOperators)});
    return out;
  }

  std::mt19937 engine_;
  std::vector<std::string> names_{};
};

unsigned flags_of(const Seccomp& profile) {
  const std::map<std::string, unsigned> flags{
      {"SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC},
      {"SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG},
      {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW},
      {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV},
  };
  unsigned out = 0;
  if (!profile.listener_path.empty()) out |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
  if (!profile.flags) return out | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  for (const auto flag : *profile.flags) out |= flags.at(std::string(spec::word_of(flag)));
  const bool both = (out & SECCOMP_FILTER_FLAG_TSYNC) != 0 && !profile.listener_path.empty();
  return both ? out | SECCOMP_FILTER_FLAG_TSYNC_ESRCH : out;
}

// --- the tests ---

TEST(SeccompProfiles, ThoseOfDockerAndPodmanAreLibseccomps) {
  for (const char* name : {"docker-20.10.json", "podman-4.3.json"}) {
    SCOPED_TRACE(name);
    const Seccomp profile = recorded(name);
    ASSERT_GT(profile.syscalls.size(), 10U);
    Comparison comparison(profile);
    comparison.run();
    EXPECT_GT(comparison.calls(), 5000);
    // Podman's says ENOSYS itself.
    EXPECT_EQ(comparison.newer() > 100, profile.default_errno_ret != ENOSYS);
  }
}

TEST(SeccompProfiles, RandomOnesAreLibseccomps) {
  RandomProfiles random(20);
  int compared = 0;
  int newer = 0;
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    const Seccomp profile = random.next();
    if (reference(profile).empty()) {
      EXPECT_THROW((void)to_seccomp_plan(profile), Error);
      continue;
    }
    EXPECT_EQ(to_seccomp_plan(profile).flags, flags_of(profile));
    Comparison comparison(profile);
    comparison.run();
    if (HasFatalFailure()) return;
    ++compared;
    newer += comparison.newer();
  }
  EXPECT_GT(compared, 180);
  EXPECT_GT(newer, 10000);
}

}  // namespace
}  // namespace rt

#endif

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/seccomp.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <type_traits>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/seccomp_enosys.h"
#include "spec/names.h"

namespace rt {
namespace {

using Arch = spec::SeccompArch;
using Action = spec::SeccompAction;
using Flag = spec::SeccompFlag;
using Operator = spec::SeccompOperator;

constexpr std::uint32_t kMaxErrno = 4094;  // libseccomp refuses the kernel's MAX_ERRNO, too

struct ArchRow {
  Arch arch;
  std::uint32_t token;  // SCMP_ARCH_*
};
// An architecture without a row is unknown to the libseccomp that this was built with.
constexpr ArchRow kArchs[] = {
    {Arch::kX86, SCMP_ARCH_X86},
    {Arch::kX86_64, SCMP_ARCH_X86_64},
    {Arch::kX32, SCMP_ARCH_X32},
    {Arch::kArm, SCMP_ARCH_ARM},
    {Arch::kAarch64, SCMP_ARCH_AARCH64},
    {Arch::kMips, SCMP_ARCH_MIPS},
    {Arch::kMips64, SCMP_ARCH_MIPS64},
    {Arch::kMips64n32, SCMP_ARCH_MIPS64N32},
    {Arch::kMipsel, SCMP_ARCH_MIPSEL},
    {Arch::kMipsel64, SCMP_ARCH_MIPSEL64},
    {Arch::kMipsel64n32, SCMP_ARCH_MIPSEL64N32},
    {Arch::kPpc, SCMP_ARCH_PPC},
    {Arch::kPpc64, SCMP_ARCH_PPC64},
    {Arch::kPpc64le, SCMP_ARCH_PPC64LE},
    {Arch::kS390, SCMP_ARCH_S390},
    {Arch::kS390x, SCMP_ARCH_S390X},
    {Arch::kParisc, SCMP_ARCH_PARISC},
    {Arch::kParisc64, SCMP_ARCH_PARISC64},
    {Arch::kRiscv64, SCMP_ARCH_RISCV64},
#ifdef SCMP_ARCH_LOONGARCH64  // this one and the next: libseccomp 2.6
    {Arch::kLoongarch64, SCMP_ARCH_LOONGARCH64},
#endif
#ifdef SCMP_ARCH_M68K
    {Arch::kM68k, SCMP_ARCH_M68K},
#endif
#ifdef SCMP_ARCH_SH
    {Arch::kSh, SCMP_ARCH_SH},
    {Arch::kSheb, SCMP_ARCH_SHEB},
#endif
};

struct OperatorRow {
  Operator op;
  scmp_compare compare;
};
constexpr OperatorRow kOperators[] = {
    {Operator::kNe, SCMP_CMP_NE},
    {Operator::kLt, SCMP_CMP_LT},
    {Operator::kLe, SCMP_CMP_LE},
    {Operator::kEq, SCMP_CMP_EQ},
    {Operator::kGe, SCMP_CMP_GE},
    {Operator::kGt, SCMP_CMP_GT},
    {Operator::kMaskedEq, SCMP_CMP_MASKED_EQ},
};

[[noreturn]] void refuse(const std::string& pointer, const std::string& why) {
  const std::string place = "/linux/seccomp" + pointer;
  throw Error(Code::kUnsupported, place + ": " + why, {.pointer = place});
}

// libseccomp returns -errno.
void check(int result, const char* call) {
  if (result < 0) throw_errno_value(-result, call);
}

using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, void (*)(scmp_filter_ctx)>;

// What the profile must obey in itself has been checked (validate_seccomp.cc); here is what
// libseccomp and the kernel demand.
std::uint32_t to_action(Action action, const std::optional<std::uint32_t>& errno_ret,
                        const std::string& pointer) {
  const std::uint32_t value = errno_ret.value_or(EPERM);
  switch (action) {
    case Action::kKill:
    case Action::kKillThread:
      return SCMP_ACT_KILL_THREAD;
    case Action::kKillProcess:
      return SCMP_ACT_KILL_PROCESS;
    case Action::kTrap:
      return SCMP_ACT_TRAP;
    case Action::kErrno:
      if (value > kMaxErrno) {
        refuse(pointer,
               "no errno is above " + std::to_string(kMaxErrno) + ", is " + std::to_string(value));
      }
      return SCMP_ACT_ERRNO(value);
    case Action::kTrace:
      return SCMP_ACT_TRACE(value);
    case Action::kAllow:
      return SCMP_ACT_ALLOW;
    case Action::kLog:
      return SCMP_ACT_LOG;
    case Action::kNotify:
      return SCMP_ACT_NOTIFY;
  }
  throw Error(Code::kInternal, "unknown seccomp action");
}

scmp_arg_cmp to_condition(const spec::SeccompArg& arg) {
  scmp_arg_cmp out{};
  out.arg = arg.index;
  out.datum_a = arg.value;
  out.datum_b = arg.value_two;
  for (const OperatorRow& row : kOperators) {
    if (row.op == arg.op) out.op = row.compare;
  }
  return out;
}

bool repeats_an_index(const std::vector<spec::SeccompArg>& args) {
  unsigned seen = 0;
  for (const spec::SeccompArg& arg : args) {
    const unsigned bit = 1U << (arg.index & 31U);
    if ((seen & bit) != 0) return true;
    seen |= bit;
  }
  return false;
}

class Builder {
 public:
  Builder(const spec::Seccomp& profile, SeccompPlan& plan)
      : profile_(profile),
        plan_(plan),
        default_(to_action(profile.default_action, profile.default_errno_ret, "/defaultErrnoRet")),
        filter_(::seccomp_init(default_), ::seccomp_release) {
    if (filter_ == nullptr) {
      refuse("/defaultAction", "libseccomp cannot do this");
    }
  }

  void add_architectures() {
    archs_.push_back(::seccomp_arch_native());
    for (std::size_t i = 0; i < profile_.architectures.size(); ++i) {
      const Arch arch = profile_.architectures[i];
      const auto token = token_of(arch);
      const int result = token ? ::seccomp_arch_add(filter_.get(), *token) : -EINVAL;
      if (result == -EEXIST) continue;  // native, or listed twice
      if (result < 0) {
        refuse("/architectures/" + std::to_string(i),
               "libseccomp cannot add " + std::string(spec::word_of(arch)) + " to this filter");
      }
      archs_.push_back(*token);
    }
  }

  void add_rules() {
    for (std::size_t i = 0; i < profile_.syscalls.size(); ++i) {
      add_entry(profile_.syscalls[i], "/syscalls/" + std::to_string(i));
    }
  }

  [[nodiscard]] std::vector<sock_filter> export_program() const {
    const Fd file = sys::memfd("seccomp", MFD_CLOEXEC);
    check(::seccomp_export_bpf(filter_.get(), file.get()), "seccomp_export_bpf");
    if (::lseek(file.get(), 0, SEEK_SET) < 0) throw_errno("lseek");
    const std::string bytes = read_fd(file.get());
    std::vector<sock_filter> program(bytes.size() / sizeof(sock_filter));
    std::memcpy(program.data(), bytes.data(), program.size() * sizeof(sock_filter));
    return program;
  }

  [[nodiscard]] const std::vector<std::uint32_t>& archs() const noexcept { return archs_; }

 private:
  static std::optional<std::uint32_t> token_of(Arch arch) {
    for (const ArchRow& row : kArchs) {
      if (row.arch == arch) return row.token;
    }
    return {};
  }

  void add_entry(const spec::SeccompSyscall& entry, const std::string& pointer) {
    const std::uint32_t action = to_action(entry.action, entry.errno_ret, pointer + "/errnoRet");
    // On any call: the runtime fetches the descriptor, nothing hands it over from behind the
    // filter.
    if (entry.action == Action::kNotify) plan_.listener = true;
    std::vector<scmp_arg_cmp> conditions;
    for (const spec::SeccompArg& arg : entry.args) conditions.push_back(to_condition(arg));
    for (const std::string& name : entry.names) {
      if (action == default_) continue;  // SC-08: libseccomp refuses what says nothing
      const int number = ::seccomp_syscall_resolve_name(name.c_str());
      if (number == __NR_SCMP_ERROR) {
        plan_.ignored_syscalls.push_back(name);
        continue;
      }
      const int result = add_rule(action, number, conditions, repeats_an_index(entry.args));
      if (result < 0) {
        refuse(pointer,
               "libseccomp refuses the rule for " + quoted(name) + ": " + errno_text(-result));
      }
    }
  }

  // SC-16: libseccomp has no AND of two conditions on one argument; each becomes its own rule.
  int add_rule(std::uint32_t action, int number, const std::vector<scmp_arg_cmp>& conditions,
               bool split_up) {
    const auto add = [&](const scmp_arg_cmp* first, std::size_t count) {
      return ::seccomp_rule_add_array(filter_.get(), action, number, static_cast<unsigned>(count),
                                      first);
    };
    if (!split_up) return add(conditions.data(), conditions.size());
    int result = 0;
    for (const scmp_arg_cmp& one : conditions) result = std::min(result, add(&one, 1));
    return result;
  }

  const spec::Seccomp& profile_;
  SeccompPlan& plan_;
  std::uint32_t default_;
  Filter filter_;
  std::vector<std::uint32_t> archs_{};
};

// With a null program the kernel answers EFAULT if it knows the flags, EINVAL if not.
bool kernel_knows(unsigned flags) {
  try {
    sys::seccomp(SECCOMP_SET_MODE_FILTER, flags, nullptr);
  } catch (const Error& error) {
    return error.facts().error_number == EFAULT;
  }
  return false;
}

unsigned to_flags(const spec::Seccomp& profile, bool listener) {
  unsigned flags = listener ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0U;
  if (!profile.flags) return flags | SECCOMP_FILTER_FLAG_SPEC_ALLOW;  // SC-05, as runc does
  for (const Flag flag : *profile.flags) flags |= static_cast<unsigned>(flag);
  if ((flags & SECCOMP_FILTER_FLAG_TSYNC) != 0 && listener) {
    flags |= SECCOMP_FILTER_FLAG_TSYNC_ESRCH;  // TSYNC and a listener otherwise exclude each other
  }
  if (flags != 0 && !kernel_knows(flags)) refuse("/flags", "this kernel does not know one of them");
  return flags;
}

}  // namespace

SeccompPlan to_seccomp_plan(const spec::Seccomp& profile) {
  const Context here("seccomp");
  SeccompPlan plan;
  Builder builder(profile, plan);
  builder.add_architectures();
  builder.add_rules();
  plan.flags = to_flags(profile, plan.listener);
  plan.program = builder.export_program();
  if (wants_enosys_stub(profile)) prepend_enosys_stub(profile, builder.archs(), plan.program);
  return plan;
}

std::vector<std::string> supported_seccomp_flags() {
  std::vector<std::string> out;
  for (const spec::Word<Flag>& row : spec::Words<Flag>::list()) {
    auto flags = static_cast<unsigned>(row.value);
    // Means something together with a listener only (seccomp(2)).
    if (row.value == Flag::kWaitKillableRecv) flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
    if (kernel_knows(flags)) out.emplace_back(row.word);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> known_seccomp_architectures() {
  std::vector<std::string> out;
  for (const ArchRow& row : kArchs) out.emplace_back(spec::word_of(row.arch));
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace rt

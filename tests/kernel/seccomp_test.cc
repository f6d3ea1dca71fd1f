// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/seccomp.h"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "tests/support/in_child.h"

namespace rt {
namespace {

using spec::Seccomp;
using spec::SeccompSyscall;
using Action = spec::SeccompAction;
using Arch = spec::SeccompArch;
using Flag = spec::SeccompFlag;
using Operator = spec::SeccompOperator;

// Classic BPF as seccomp(2) runs it, for calls that nobody wants to make for real.
std::uint32_t verdict(const std::vector<sock_filter>& program, const seccomp_data& data) {
  std::uint32_t a = 0;
  for (std::size_t pc = 0; pc < program.size(); ++pc) {
    const sock_filter& insn = program[pc];
    switch (insn.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        std::memcpy(&a, reinterpret_cast<const char*>(&data) + insn.k, sizeof a);
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        a &= insn.k;
        break;
      case BPF_JMP | BPF_JA:
        pc += insn.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        pc += a == insn.k ? insn.jt : insn.jf;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        pc += a >= insn.k ? insn.jt : insn.jf;
        break;
      case BPF_JMP | BPF_JGT | BPF_K:
        pc += a > insn.k ? insn.jt : insn.jf;
        break;
      case BPF_JMP | BPF_JSET | BPF_K:
        pc += (a & insn.k) != 0 ? insn.jt : insn.jf;
        break;
      case BPF_RET | BPF_K:
        return insn.k;
      default:
        ADD_FAILURE() << "unknown instruction " << insn.code;
        return 0;
    }
  }
  ADD_FAILURE() << "ran off the end";
  return 0;
}

seccomp_data call(int number, std::uint64_t arg0 = 0) {
  seccomp_data data{};
  data.nr = number;
  data.arch = AUDIT_ARCH_X86_64;
  data.args[0] = arg0;
  return data;
}

std::string refusal_of(const Seccomp& profile) {
  try {
    (void)to_seccomp_plan(profile);
  } catch (const Error& error) {
    return error.facts().pointer + " " + error.what();
  }
  return "accepted";
}

void load(const SeccompPlan& plan) {
  std::vector<sock_filter> program = plan.program;
  sock_fprog prog{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
  sys::set_no_new_privs();
  sys::seccomp(SECCOMP_SET_MODE_FILTER, plan.flags, &prog);
}

#if defined(__x86_64__)

TEST(Seccomp, EveryActionHasItsKernelValue) {
  const struct {
    Action action;
    std::optional<std::uint32_t> errno_ret;
    std::uint32_t want;
  } rows[] = {
      {Action::kKill, {}, SECCOMP_RET_KILL_THREAD},
      {Action::kKillThread, {}, SECCOMP_RET_KILL_THREAD},
      {Action::kKillProcess, {}, SECCOMP_RET_KILL_PROCESS},
      {Action::kTrap, {}, SECCOMP_RET_TRAP},
      {Action::kErrno, {}, SECCOMP_RET_ERRNO | EPERM},
      {Action::kErrno, 0U, SECCOMP_RET_ERRNO},
      {Action::kErrno, 38U, SECCOMP_RET_ERRNO | ENOSYS},
      {Action::kTrace, {}, SECCOMP_RET_TRACE | EPERM},
      {Action::kTrace, 0xFFFFU, SECCOMP_RET_TRACE | 0xFFFFU},
      {Action::kLog, {}, SECCOMP_RET_LOG},
      {Action::kNotify, {}, SECCOMP_RET_USER_NOTIF},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(static_cast<int>(row.action));
    const SeccompPlan plan = to_seccomp_plan(
        {.default_action = Action::kAllow,
         .listener_path = "/agent",
         .syscalls = {{.names = {"getppid"}, .action = row.action, .errno_ret = row.errno_ret}}});
    EXPECT_EQ(verdict(plan.program, call(SYS_getppid)), row.want);
    EXPECT_EQ(verdict(plan.program, call(SYS_getpid)), SECCOMP_RET_ALLOW);
    EXPECT_EQ(plan.listener, row.action == Action::kNotify);
  }
}

TEST(Seccomp, EveryOperatorComparesAll64Bits) {
  constexpr std::uint64_t kBig = 0x100000005;
  const struct {
    Operator op;
    std::uint64_t value;
    std::uint64_t value_two;
    std::vector<std::uint64_t> matching;
    std::vector<std::uint64_t> others;
  } rows[] = {
      {Operator::kNe, kBig, 0, {5, kBig + 1}, {kBig}},
      {Operator::kLt, kBig, 0, {5, kBig - 1}, {kBig, kBig + 1}},
      {Operator::kLe, kBig, 0, {5, kBig}, {kBig + 1}},
      {Operator::kEq, kBig, 0, {kBig}, {5, kBig + 1}},
      {Operator::kGe, kBig, 0, {kBig, UINT64_MAX}, {5, kBig - 1}},
      {Operator::kGt, kBig, 0, {kBig + 1, UINT64_MAX}, {5, kBig}},
      {Operator::kMaskedEq,
       0xF00000000F,
       0x100000000A,
       {0x100000000A, 0x1F000000FA},
       {0xA, 0x1000000005}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(static_cast<int>(row.op));
    const SeccompPlan plan = to_seccomp_plan(
        {.default_action = Action::kAllow,
         .syscalls = {
             {.names = {"getppid"},
              .action = Action::kErrno,
              .args = {
                  {.index = 0, .value = row.value, .value_two = row.value_two, .op = row.op}}}}});
    for (const std::uint64_t arg : row.matching) {
      EXPECT_EQ(verdict(plan.program, call(SYS_getppid, arg)), SECCOMP_RET_ERRNO | EPERM) << arg;
    }
    for (const std::uint64_t arg : row.others) {
      EXPECT_EQ(verdict(plan.program, call(SYS_getppid, arg)), SECCOMP_RET_ALLOW) << arg;
    }
  }
}

TEST(Seccomp, ConditionsOnDifferentArgumentsMustAllHold) {
  const SeccompPlan plan = to_seccomp_plan(
      {.default_action = Action::kAllow,
       .syscalls = {{.names = {"kill"},
                     .action = Action::kErrno,
                     .args = {{.index = 0, .value = 1}, {.index = 1, .value = 9}}}}});
  seccomp_data data = call(SYS_kill, 1);
  EXPECT_EQ(verdict(plan.program, data), SECCOMP_RET_ALLOW);
  data.args[1] = 9;
  EXPECT_EQ(verdict(plan.program, data), SECCOMP_RET_ERRNO | EPERM);
}

TEST(Seccomp, ConditionsOnOneArgumentAreAlternatives) {
  const SeccompPlan plan = to_seccomp_plan(
      {.default_action = Action::kAllow,
       .syscalls = {{.names = {"kill"},
                     .action = Action::kErrno,
                     .args = {{.index = 0, .value = 1}, {.index = 0, .value = 2}}}}});
  EXPECT_EQ(verdict(plan.program, call(SYS_kill, 1)), SECCOMP_RET_ERRNO | EPERM);
  EXPECT_EQ(verdict(plan.program, call(SYS_kill, 2)), SECCOMP_RET_ERRNO | EPERM);
  EXPECT_EQ(verdict(plan.program, call(SYS_kill, 3)), SECCOMP_RET_ALLOW);
}

TEST(Seccomp, UnknownNamesAreIgnoredAndListed) {
  const SeccompPlan plan = to_seccomp_plan(
      {.default_action = Action::kAllow,
       .syscalls = {{.names = {"no_such_call", "getppid"}, .action = Action::kErrno}}});
  EXPECT_EQ(plan.ignored_syscalls, (std::vector<std::string>{"no_such_call"}));
  EXPECT_EQ(verdict(plan.program, call(SYS_getppid)), SECCOMP_RET_ERRNO | EPERM);
}

TEST(Seccomp, ARuleThatSaysWhatTheDefaultSaysIsSkipped) {
  const SeccompPlan plan =
      to_seccomp_plan({.default_action = Action::kAllow,
                       .syscalls = {{.names = {"getppid"}, .action = Action::kAllow}}});
  EXPECT_EQ(verdict(plan.program, call(SYS_getppid)), SECCOMP_RET_ALLOW);
}

TEST(Seccomp, ListedArchitecturesAreFilteredOthersAreBad) {
  const Seccomp native{.default_action = Action::kAllow,
                       .syscalls = {{.names = {"getppid"}, .action = Action::kErrno}}};
  Seccomp both = native;
  both.architectures = {Arch::kX86_64, Arch::kX86, Arch::kX32};
  seccomp_data x86 = call(64);  // getppid
  x86.arch = AUDIT_ARCH_I386;
  EXPECT_EQ(verdict(to_seccomp_plan(native).program, x86), SECCOMP_RET_KILL_THREAD);
  EXPECT_EQ(verdict(to_seccomp_plan(both).program, x86), SECCOMP_RET_ERRNO | EPERM);
}

TEST(Seccomp, NewerCallsThanTheProfileKnowsGetEnosys) {
  const Seccomp profile{
      .default_action = Action::kErrno,
      .architectures = {Arch::kX86_64, Arch::kX86, Arch::kX32},
      .syscalls = {{.names = {"getppid", "close_range"}, .action = Action::kAllow}}};
  const SeccompPlan plan = to_seccomp_plan(profile);
  EXPECT_EQ(verdict(plan.program, call(SYS_getppid)), SECCOMP_RET_ALLOW);
  EXPECT_EQ(verdict(plan.program, call(SYS_close_range)), SECCOMP_RET_ALLOW);
  EXPECT_EQ(verdict(plan.program, call(SYS_getpid)), SECCOMP_RET_ERRNO | EPERM);
  EXPECT_EQ(verdict(plan.program, call(SYS_close_range + 1)), SECCOMP_RET_ERRNO | ENOSYS);
  EXPECT_EQ(verdict(plan.program, call(-1)), SECCOMP_RET_ERRNO | EPERM);
  EXPECT_EQ(verdict(plan.program, call(0x40000000 | SYS_getppid)), SECCOMP_RET_ALLOW);
  EXPECT_EQ(verdict(plan.program, call(0x40000000 | 999)), SECCOMP_RET_ERRNO | EPERM);
  seccomp_data x86 = call(64);
  x86.arch = AUDIT_ARCH_I386;
  EXPECT_EQ(verdict(plan.program, x86), SECCOMP_RET_ALLOW);
  x86.nr = 437;  // one above close_range
  EXPECT_EQ(verdict(plan.program, x86), SECCOMP_RET_ERRNO | ENOSYS);
  x86.arch = AUDIT_ARCH_S390X;
  EXPECT_EQ(verdict(plan.program, x86), SECCOMP_RET_KILL_THREAD);
}

TEST(Seccomp, NoEnosysWhereTheProfileDoesNotAnswerWithAnErrno) {
  const SeccompPlan plan =
      to_seccomp_plan({.default_action = Action::kKillProcess,
                       .syscalls = {{.names = {"getppid"}, .action = Action::kAllow}}});
  EXPECT_EQ(verdict(plan.program, call(9999)), SECCOMP_RET_KILL_PROCESS);
}

#endif

TEST(Seccomp, AbsentFlagsAreNotNoFlags) {
  EXPECT_EQ(to_seccomp_plan({}).flags, SECCOMP_FILTER_FLAG_SPEC_ALLOW);
  EXPECT_EQ(to_seccomp_plan({.flags = std::vector<Flag>{}}).flags, 0U);
  EXPECT_EQ(to_seccomp_plan({.flags = std::vector{Flag::kLog, Flag::kTsync}}).flags,
            SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_TSYNC);
}

TEST(Seccomp, AListenerChangesTheFlags) {
  const SeccompPlan plan =
      to_seccomp_plan({.flags = std::vector{Flag::kTsync, Flag::kWaitKillableRecv},
                       .listener_path = "/agent",
                       .syscalls = {{.names = {"getppid"}, .action = Action::kNotify}}});
  EXPECT_TRUE(plan.listener);
  EXPECT_EQ(plan.flags, SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC |
                            SECCOMP_FILTER_FLAG_TSYNC_ESRCH |
                            SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
}

TEST(Seccomp, Contradictions) {
  const auto rule = [](SeccompSyscall one) { return Seccomp{.syscalls = {std::move(one)}}; };
  const struct {
    Seccomp profile;
    const char* want;
  } rows[] = {
      {{.default_action = Action::kAllow, .default_errno_ret = 1},
       "/linux/seccomp/defaultErrnoRet seccomp: errnoRet does not go with SCMP_ACT_ALLOW"},
      {{.default_action = Action::kErrno, .default_errno_ret = 65536},
       "/linux/seccomp/defaultErrnoRet seccomp: errnoRet 65536 is above 65535"},
      {{.default_action = Action::kNotify},
       "/linux/seccomp/defaultAction seccomp: SCMP_ACT_NOTIFY cannot be used as default action"},
      {rule({.names = {"read"}, .action = Action::kKill, .errno_ret = 1}),
       "/linux/seccomp/syscalls/0/errnoRet seccomp: errnoRet does not go with SCMP_ACT_KILL"},
      {rule({.names = {}, .action = Action::kErrno}),
       "/linux/seccomp/syscalls/0/names seccomp: a rule needs at least one name"},
      {rule({.names = {""}, .action = Action::kErrno}),
       "/linux/seccomp/syscalls/0/names seccomp: a system call has a name"},
      {rule({.names = {"read"}, .action = Action::kErrno, .args = {{.index = 6}}}),
       "/linux/seccomp/syscalls/0/args/0/index seccomp: a system call has arguments 0 to 5"},
      {rule({.names = {"read"}, .action = Action::kNotify}),
       "/linux/seccomp/listenerPath seccomp: SCMP_ACT_NOTIFY needs a listenerPath"},
      {{.listener_metadata = "x"},
       "/linux/seccomp/listenerMetadata seccomp: listenerMetadata without listenerPath"},
      {{.flags = std::vector{Flag::kWaitKillableRecv}},
       "/linux/seccomp/flags seccomp: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs a rule that "
       "notifies"},
  };
  for (const auto& row : rows) EXPECT_EQ(refusal_of(row.profile), row.want);
}

TEST(Seccomp, ArchitecturesThatLibseccompLacksAreRefused) {
  const std::vector<std::string> known = known_seccomp_architectures();
  EXPECT_TRUE(std::find(known.begin(), known.end(), "SCMP_ARCH_AARCH64") != known.end());
  if (std::find(known.begin(), known.end(), "SCMP_ARCH_M68K") != known.end()) return;
  EXPECT_EQ(refusal_of({.architectures = {Arch::kM68k}}),
            "/linux/seccomp/architectures seccomp: libseccomp cannot add SCMP_ARCH_M68K to this "
            "filter");
}

TEST(Seccomp, TheKernelTakesTheProgram) {
  const SeccompPlan plan = to_seccomp_plan(
      {.default_action = Action::kAllow,
       .syscalls = {{.names = {"getppid"}, .action = Action::kErrno, .errno_ret = 7}}});
  in_child([&] {
    load(plan);
    EXPECT_EQ(::syscall(SYS_getppid), -1);
    EXPECT_EQ(errno, 7);
  });
}

TEST(Seccomp, TheKernelTakesAFilterWithAnEnosysStub) {
  const SeccompPlan plan = to_seccomp_plan(
      {.default_action = Action::kErrno,
       .syscalls = {{.names = {"write", "exit_group", "getpid", "rt_sigprocmask", "getrandom"},
                     .action = Action::kAllow}}});
  const int status = status_of_child([&] {
    load(plan);
    const bool newer = ::syscall(SYS_clone3) == -1 && errno == ENOSYS;
    const bool older = ::syscall(SYS_getppid) == -1 && errno == EPERM;
    ::syscall(SYS_exit_group, newer && older ? 0 : kChildFailed);
  });
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace rt

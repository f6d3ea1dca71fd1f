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

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "spec/names.h"
#include "tests/support/classic_bpf.h"
#include "tests/support/in_child.h"

namespace rt {
namespace {

using spec::Seccomp;
using spec::SeccompSyscall;
using Action = spec::SeccompAction;
using Arch = spec::SeccompArch;
using Flag = spec::SeccompFlag;
using Operator = spec::SeccompOperator;

seccomp_data call(int number, std::uint64_t arg0 = 0) {
  seccomp_data data{};
  data.nr = number;
  data.arch = AUDIT_ARCH_X86_64;
  data.args[0] = arg0;
  return data;
}

// Behind "seccomp: "; empty: accepted.
std::string refusal_of(const Seccomp& profile) {
  try {
    (void)to_seccomp_plan(profile);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kUnsupported);
    const std::string text = std::string(error.what()).substr(9);
    EXPECT_TRUE(text.starts_with(error.facts().pointer + ": ")) << text;
    return text;
  }
  return {};
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

TEST(Seccomp, WhatLibseccompRefusesIsNamed) {
  const auto rule = [](SeccompSyscall one) { return Seccomp{.syscalls = {std::move(one)}}; };
  const struct {
    const char* name;
    Seccomp profile;
    const char* want;
  } rows[] = {
      {"default errno",
       {.default_action = Action::kErrno, .default_errno_ret = 4095},
       "/linux/seccomp/defaultErrnoRet: no errno is above 4094, is 4095"},
      {"errno", rule({.names = {"read"}, .action = Action::kErrno, .errno_ret = 65535}),
       "/linux/seccomp/syscalls/0/errnoRet: no errno is above 4094, is 65535"},
      {"message", rule({.names = {"read"}, .action = Action::kTrace, .errno_ret = 65535}), ""},
      {"byte order",
       {.architectures = {Arch::kX86, Arch::kS390x}},
       "/linux/seccomp/architectures/1: libseccomp cannot add SCMP_ARCH_S390X to this filter"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(refusal_of(row.profile), row.want);
  }
}

#if defined(__x86_64__)

// Those of the other byte order cannot be in one filter with this machine's.
TEST(Seccomp, EveryArchitectureIsFilteredOrRefused) {
  const struct {
    Arch arch;
    std::uint32_t audit;  // 0: refused
    int getppid;
  } rows[] = {
      {Arch::kX86, AUDIT_ARCH_I386, 64},
      {Arch::kX86_64, AUDIT_ARCH_X86_64, 110},
      {Arch::kX32, AUDIT_ARCH_X86_64, 0x40000000 | 110},
      {Arch::kArm, AUDIT_ARCH_ARM, 64},
      {Arch::kAarch64, AUDIT_ARCH_AARCH64, 173},
      {Arch::kMipsel, AUDIT_ARCH_MIPSEL, 4064},
      {Arch::kMipsel64, AUDIT_ARCH_MIPSEL64, 5108},
      {Arch::kMipsel64n32, AUDIT_ARCH_MIPSEL64N32, 6108},
      {Arch::kPpc64le, AUDIT_ARCH_PPC64LE, 64},
      {Arch::kRiscv64, AUDIT_ARCH_RISCV64, 173},
      {Arch::kMips, 0, 0},
      {Arch::kMips64, 0, 0},
      {Arch::kMips64n32, 0, 0},
      {Arch::kPpc, 0, 0},
      {Arch::kPpc64, 0, 0},
      {Arch::kS390, 0, 0},
      {Arch::kS390x, 0, 0},
      {Arch::kParisc, 0, 0},
      {Arch::kParisc64, 0, 0},
      {Arch::kM68k, 0, 0},
      {Arch::kSheb, 0, 0},
  };
  for (const auto& row : rows) {
    const std::string word(spec::word_of(row.arch));
    SCOPED_TRACE(word);
    const Seccomp profile{.architectures = {row.arch},
                          .syscalls = {{.names = {"getppid"}, .action = Action::kErrno}}};
    if (row.audit == 0) {
      EXPECT_EQ(refusal_of(profile), "/linux/seccomp/architectures/0: libseccomp cannot add " +
                                         word + " to this filter");
      continue;
    }
    seccomp_data data = call(row.getppid);
    data.arch = row.audit;
    EXPECT_EQ(verdict(to_seccomp_plan(profile).program, data), SECCOMP_RET_ERRNO | EPERM);
  }
}

// Little-endian as this machine is, and known to libseccomp since 2.6.
TEST(Seccomp, NewerArchitecturesNeedANewerLibseccomp) {
  const auto known = known_seccomp_architectures();
  for (const Arch arch : {Arch::kLoongarch64, Arch::kSh}) {
    const std::string word(spec::word_of(arch));
    const bool has = std::find(known.begin(), known.end(), word) != known.end();
    EXPECT_EQ(refusal_of({.architectures = {arch}}).empty(), has) << word;
  }
}

#endif

TEST(Seccomp, ArchitecturesThatLibseccompLacksAreRefused) {
  const std::vector<std::string> known = known_seccomp_architectures();
  EXPECT_TRUE(std::find(known.begin(), known.end(), "SCMP_ARCH_AARCH64") != known.end());
  if (std::find(known.begin(), known.end(), "SCMP_ARCH_M68K") != known.end()) return;
  EXPECT_EQ(refusal_of({.architectures = {Arch::kM68k}}),
            "/linux/seccomp/architectures/0: libseccomp cannot add SCMP_ARCH_M68K to this filter");
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

// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/child.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "runtime/base/error.h"
#include "runtime/base/fd_range.h"
#include "runtime/base/file.h"
#include "runtime/base/sealed_image.h"
#include "runtime/base/sys.h"
#include "tests/support/in_child.h"

namespace rt {
namespace {

bool alive(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

TEST(Child, TellsHowItEnded) {
  Child plain = spawn({}, [] { return 3; });
  const ExitStatus code = plain.wait();
  EXPECT_EQ(code.shell_code(), 3);
  EXPECT_EQ(code.text(), "exit status 3");

  Child killed = spawn({}, [] { return ::pause(); });
  EXPECT_TRUE(killed.signal(SIGTERM));
  const ExitStatus signal = killed.wait();
  EXPECT_EQ(signal.shell_code(), 128 + SIGTERM);
  EXPECT_EQ(signal.text(), "killed by SIGTERM");
}

TEST(Child, IsKilledAndReapedUnlessKept) {
  pid_t pid = -1;
  {
    const Child child = spawn({}, [] { return ::pause(); });
    pid = child.pid();
    EXPECT_TRUE(alive(pid));
  }
  EXPECT_FALSE(alive(pid));

  {
    Child child = spawn({}, [] { return ::pause(); });
    pid = child.pid();
    child.keep();
  }
  EXPECT_TRUE(alive(pid));
  ::kill(pid, SIGKILL);
  EXPECT_EQ(::waitpid(pid, nullptr, 0), pid);
}

TEST(Child, MayUseOurMemoryUntilItExecutes) {
  volatile int seen = 0;
  Child ended = spawn({.memory = Memory::kShareUntilExec}, [&] {
    seen = 7;
    return 5;
  });
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
  EXPECT_EQ(seen, 7);  // and it has ended: spawn() waited
#endif
  EXPECT_EQ(ended.wait().shell_code(), 5);

  Child executed = spawn({.memory = Memory::kShareUntilExec}, [] {
    (void)::execl("/bin/sh", "sh", "-c", "exit 3", nullptr);
    return 1;
  });
  EXPECT_EQ(executed.wait().shell_code(), 3);

  EXPECT_THROW((void)spawn({.flags = ~std::uint64_t{0}, .memory = Memory::kShareUntilExec},
                           [] { return 0; }),
               Error);
}

TEST(Child, MoveAssignmentEndsTheOldOne) {
  Child first = spawn({}, [] { return ::pause(); });
  const pid_t old = first.pid();
  first = spawn({}, [] { return ::pause(); });
  EXPECT_FALSE(alive(old));
  EXPECT_TRUE(alive(first.pid()));
}

TEST(Child, WaitHasADeadline) {
  Child child = spawn({}, [] { return ::pause(); });
  EXPECT_FALSE(child.wait_until(Deadline::in(std::chrono::milliseconds(1))).has_value());
}

TEST(ResetSignals, GivesDefaultsAndAnEmptyMask) {
  in_child([] {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, nullptr);
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
    reset_signals();
    struct sigaction now {};
    ::sigaction(SIGPIPE, nullptr, &now);
    EXPECT_EQ(now.sa_handler, SIG_DFL);
    sigset_t mask;
    ::sigprocmask(SIG_SETMASK, nullptr, &mask);
    EXPECT_EQ(::sigismember(&mask, SIGTERM), 0);
  });
}

TEST(ResetSignals, LeavesAloneWhatIsNotSaidToBeIgnored) {
  in_child([] {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, nullptr);
    ::sigaction(SIGHUP, &ignore, nullptr);
    reset_signals(std::uint64_t{1} << (SIGPIPE - 1));
    struct sigaction now {};
    ::sigaction(SIGPIPE, nullptr, &now);
    EXPECT_EQ(now.sa_handler, SIG_DFL);
    ::sigaction(SIGHUP, nullptr, &now);
    EXPECT_EQ(now.sa_handler, SIG_IGN);
  });
}

TEST(SealedMemfd, CannotBeChanged) {
  const Fd image = sealed_memfd("rt-test", "content", Executable::kYes);
  EXPECT_EQ(::pwrite(image.get(), "x", 1, 0), -1);
  EXPECT_EQ(::ftruncate(image.get(), 0), -1);
  EXPECT_EQ(::ftruncate(image.get(), 100), -1);
  EXPECT_EQ(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, image.get(), 0), MAP_FAILED);
  EXPECT_EQ(::lseek(image.get(), 0, SEEK_SET), 0);
  EXPECT_EQ(read_fd(image.get()), "content");
}

TEST(SealedMemfd, RunsAsAProgram) {
  const std::string program = read_file("/bin/true", 1U << 24U);
  const Fd image = sealed_memfd("rt-test", program, Executable::kYes);
  Child child = spawn({}, [&] {
    std::array<char, 5> name{"true"};
    std::array<char*, 2> argv{name.data(), nullptr};
    return exec_image(image.get(), argv.data(), argv.data() + 1);
  });
  EXPECT_EQ(child.wait().shell_code(), 0);
}

TEST(FdRange, FillsGapsAndLeavesWhatIsOpen) {
  in_child([] {
    sys::close_range(3, ~0U, 0);
    (void)sys::dup(0).release();  // 3
    const Fd five = sys::dup(0);  // 4
    {
      const FdRange range(3, 5);
      EXPECT_EQ(range.end(), 8);
      EXPECT_GE(sys::dup(0).get(), 8);
    }
    EXPECT_EQ(sys::dup(0).get(), 5);  // the fillers are gone again
  });
}

}  // namespace
}  // namespace rt

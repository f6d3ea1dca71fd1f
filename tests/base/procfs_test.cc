// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/procfs.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/sys_caps.h"
#include "tests/support/in_child.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

TEST(ProcStat, SurvivesEveryCommandName) {
  const std::string tail =
      " S 7 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4242 1000 1 18446744073709551615";
  const struct {
    const char* name;
    std::string text;
    const char* command;
  } rows[] = {{"plain", "12 (sh)" + tail, "sh"},
              {"blank and parenthesis", "12 (a) R 1 (b)" + tail, "a) R 1 (b"},
              {"empty", "12 ()" + tail, ""}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto got = parse_proc_stat(row.text);
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->command, row.command);
    EXPECT_EQ(got->state, 'S');
    EXPECT_EQ(got->parent, 7);
    EXPECT_EQ(got->start_time, 4242U);
    EXPECT_FALSE(got->exiting);
  }
  for (const char* bad : {"", "12", "12 (sh", "12 (sh) S 1", "12 )sh( S"}) {
    EXPECT_FALSE(parse_proc_stat(bad).has_value()) << bad;
  }
}

TEST(ProcStat, ReadsTheLiving) {
  const auto self = read_proc_stat(::getpid());
  ASSERT_TRUE(self.has_value());
  EXPECT_EQ(self->parent, ::getppid());
  EXPECT_FALSE(read_proc_stat(0x7ffffff0).has_value());
}

TEST(ProcStat, KnowsWhoIsAboutToEnd) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
  const auto zombie = read_proc_stat(child);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ASSERT_TRUE(zombie.has_value());
  EXPECT_TRUE(zombie->exiting);
  EXPECT_FALSE(read_proc_stat(::getpid())->exiting);
}

TEST(ProcSets, AreReadFromStatus) {
  const auto sets = parse_proc_sets(
      "Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\t1\nCapInh:\t0\n"
      "CapPrm:\t0000000000000021\nCapEff:\t0\nCapBnd:\t000001ffffffffff\n");
  ASSERT_TRUE(sets.has_value());
  EXPECT_EQ(sets->ignored_signals, 0x1001U);
  EXPECT_EQ(sets->permitted, 0x21U);
  EXPECT_EQ(sets->bounding, 0x1ffffffffffU);
  for (const char* bad : {"", "SigIgn:\t0\nCapPrm:\t0\n", "SigIgn:\t0\nCapPrm:\tx\nCapBnd:\t0\n"}) {
    EXPECT_FALSE(parse_proc_sets(bad).has_value()) << bad;
  }
}

TEST(ProcSets, AreThoseOfThisProcess) {
  in_child([] {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGUSR2, &ignore, nullptr);
    const auto& sets = own_sets();
    ASSERT_TRUE(sets.has_value());
    EXPECT_NE(sets->ignored_signals & (1U << (SIGUSR2 - 1)), 0U);
    EXPECT_EQ(sets->bounding, sys::bounding_set().present);
    EXPECT_EQ(sets->permitted, sys::capget().permitted);
    EXPECT_EQ(sys::known_caps(sets->bounding), sys::bounding_set().known);
    EXPECT_EQ(sys::known_caps(0), sys::bounding_set().known);
  });
}

TEST(InitialIdMap, IsTheWholeIdentity) {
  EXPECT_TRUE(is_initial_id_map("         0          0 4294967295\n"));
  for (const char* other : {"0 0 65536\n", "0 100000 65536\n", "", "0 0 4294967295\n1 1 1\n"}) {
    EXPECT_FALSE(is_initial_id_map(other)) << other;
  }
}

TEST(Procfs, CannotBeRedirected) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  in_child([] {
    sys::unshare(CLONE_NEWNS);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    const Procfs before = Procfs::make(Procfs::View::kEverything);
    // Somebody puts a forgery over the /proc that everybody sees.
    ASSERT_EQ(::mount("tmpfs", "/proc/sys", "tmpfs", 0, nullptr), 0);
    ASSERT_EQ(::mkdir("/proc/sys/kernel", 0755), 0);
    Fd forged(::open("/proc/sys/kernel/hostname", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    sys::write_all(forged.get(), "FAKE");
    const Procfs after = Procfs::make(Procfs::View::kEverything);
    for (const Procfs* one : {&before, &after}) {
      EXPECT_NE(read_fd(one->open("sys/kernel/hostname", O_RDONLY).get()), "FAKE");
    }
  });
}

TEST(Procfs, RefusesToLeave) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  in_child([] {
    const Procfs own = Procfs::make(Procfs::View::kProcesses);
    EXPECT_THROW((void)own.open("../etc/passwd", O_RDONLY), Error);
    EXPECT_THROW((void)own.open("self/exe", O_RDONLY), Error);
    EXPECT_THROW((void)own.open("self/root/etc", O_RDONLY), Error);
    EXPECT_THROW((void)own.open("sys/kernel/hostname", O_RDONLY), Error);  // subset=pid
    EXPECT_NO_THROW((void)own.open("self/status", O_RDONLY));
  });
}

TEST(Procfs, ReopensAPathHandle) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const TempDir temp;
  temp.write("f", "text");
  const Fd handle = sys::open(temp / "f", O_PATH);
  in_child([&] {
    const Procfs own = Procfs::make(Procfs::View::kProcesses);
    const Fd descriptors = own.own_descriptors();
    EXPECT_EQ(read_file_at(descriptors.get(), std::to_string(handle.get())), "text");
  });
}

}  // namespace
}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// Real cgroups, named rt-test-PID and removed again: once with the hierarchies of this host as
// they are, once in a mount namespace that has nothing but cgroup2 on /sys/fs/cgroup.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/delegate.h"
#include "runtime/kernel/cgroup/devices_bpf.h"
#include "runtime/kernel/cgroup/handle.h"
#include "runtime/kernel/cgroup/plan.h"
#include "runtime/kernel/cgroup/stats.h"
#include "tests/support/in_child.h"

namespace rt {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Deadline soon() {
  return Deadline::in(seconds(10));
}

// A process that sleeps until it is killed, and is reaped here.
class Sleeper {
 public:
  Sleeper() {
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (;;) ::pause();
    }
  }
  // Born in the cgroup.
  explicit Sleeper(const Cgroup& group) {
    clone_args args{};
    args.flags = CLONE_INTO_CGROUP;
    args.exit_signal = SIGCHLD;
    args.cgroup = static_cast<__u64>(group.into_fd());
    pid_ = sys::clone3(args);
    if (pid_ == 0) {
      for (;;) ::pause();
    }
  }
  ~Sleeper() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool killed_by(int signal) {
    int status = 0;
    const bool reaped = ::waitpid(std::exchange(pid_, -1), &status, 0) > 0;
    return reaped && WIFSIGNALED(status) && WTERMSIG(status) == signal;
  }
  [[nodiscard]] bool alive() const { return ::waitpid(pid_, nullptr, WNOHANG) == 0; }

 private:
  pid_t pid_ = -1;
};

enum class Host { kAsIs, kUnified };

class CgroupOn : public testing::TestWithParam<Host> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    if (find_cgroups().hierarchies.empty()) GTEST_SKIP() << "no cgroup hierarchy is mounted";
  }

  // In a child: its mounts and its capabilities are its own.
  template <class Body>
  void on_host(Body body) {
    in_child([&] {
      const std::string top = "/rt-test-" + std::to_string(::getpid());
      if (GetParam() == Host::kUnified) {
        sys::unshare(CLONE_NEWNS);
        ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        ASSERT_EQ(::mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, nullptr), 0);
      }
      host_ = find_cgroups();
      ASSERT_EQ(host_.unified_only(), GetParam() == Host::kUnified);
      run(body, top);
    });
  }

  // Whatever happens in the test, the host stays clean; what that had to do is a failure above.
  template <class Body>
  void run(Body body, const std::string& top) {
    const std::string root = host_.has_unified() ? host_.hierarchies.back().mount_point : "";
    const std::string control = root + "/cgroup.subtree_control";
    const std::string before = read_file_if_exists(control).value_or("");
    try {
      body(top);
    } catch (const std::exception& error) {
      ADD_FAILURE() << "exception: " << error.what();
    }
    CgroupPlaces places = survey_cgroups(at(top));
    for (CgroupPlace& place : places) {
      EXPECT_EQ(place.made_levels, 1U) << place.mount_point << top << " was left behind";
      place.made_levels = 1;
    }
    Cgroup rest = Cgroup::open(std::move(places));
    rest.kill_all();
    rest.remove(soon());
    for (const std::string_view one :
         split_blank(trim(read_file_if_exists(control).value_or("")))) {
      if (before.find(one) == before.npos) write_kernel_file(control, "-" + std::string(one));
    }
  }

  [[nodiscard]] CgroupPlaces at(const std::string& path) const {
    return place_cgroup(host_, path, "c1");
  }
  // As a container makes them: nothing but mkdir. A Cgroup would enable controllers on the way.
  [[nodiscard]] Cgroup nested_in(const Cgroup& group, const std::string& below) const {
    CgroupPlaces places = group.places();
    std::erase_if(places, [](const CgroupPlace& place) {  // nothing can join an empty cpuset
      return place.controllers == std::vector<std::string>{"cpuset"};
    });
    for (CgroupPlace& place : places) {
      for (std::size_t end = 1; end != below.npos; ++end) {
        end = below.find('/', end);
        const std::string dir = place.mount_point + "/" + place.path + below.substr(0, end);
        EXPECT_EQ(::mkdir(dir.c_str(), 0755), 0) << dir;
        if (end == below.npos) break;
      }
      place.path += below;
    }
    return Cgroup::open(std::move(places));
  }
  static bool exists(const CgroupPlace& place, const std::string& below = {}) {
    return ::access((place.mount_point + "/" + place.path + below).c_str(), F_OK) == 0;
  }

  CgroupHost host_{};
};

std::string host_name(const testing::TestParamInfo<Host>& param) {
  return param.param == Host::kAsIs ? "AsIs" : "Unified";
}
INSTANTIATE_TEST_SUITE_P(Hosts, CgroupOn, testing::Values(Host::kAsIs, Host::kUnified), host_name);

TEST_P(CgroupOn, CreateMakesTheLevelsAndRemoveTakesThemAway) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top + "/a/b"));
    for (const CgroupPlace& place : group.places()) {
      EXPECT_EQ(place.made_levels, 3U);
      EXPECT_TRUE(exists(place));
    }
    EXPECT_FALSE(group.gone());
    EXPECT_EQ(group.into_fd() >= 0, host_.has_unified());
    group.remove(soon());
    EXPECT_TRUE(group.gone());
  });
}

TEST_P(CgroupOn, LevelsThatWereThereStay) {
  on_host([&](const std::string& top) {
    Cgroup outer = Cgroup::create(at(top));
    for (const CgroupPlace& place : survey_cgroups(at(top + "/a/b"))) {
      EXPECT_EQ(place.made_levels, 2U);
    }
    Cgroup inner = Cgroup::create(at(top + "/a/b"));
    EXPECT_EQ(inner.places(),
              survey_cgroups(at(top + "/a/b")).empty() ? CgroupPlaces{} : inner.places());
    for (const CgroupPlace& place : inner.places()) EXPECT_EQ(place.made_levels, 2U);
    inner.remove(soon());
    for (const CgroupPlace& place : outer.places()) {
      EXPECT_TRUE(exists(place));
      EXPECT_FALSE(exists(place, "/a"));
    }
    outer.remove(soon());
  });
}

TEST_P(CgroupOn, AParentThatOthersUseStays) {
  on_host([&](const std::string& top) {
    Cgroup one = Cgroup::create(at(top + "/one"));
    Cgroup two = Cgroup::create(at(top + "/two"));
    one.remove(soon());
    for (const CgroupPlace& place : two.places()) EXPECT_TRUE(exists(place));
    two.remove(soon());
    Cgroup rest = Cgroup::open(one.places());  // `one` made the parent, and takes it in the end
    rest.remove(soon());
  });
}

TEST_P(CgroupOn, ALeafThatWasThereIsEmptiedButNotRemoved) {
  on_host([&](const std::string& top) {
    Cgroup first = Cgroup::create(at(top));
    Cgroup second = Cgroup::create(at(top));
    for (const CgroupPlace& place : second.places()) EXPECT_EQ(place.made_levels, 0U);
    Cgroup nested = Cgroup::create(at(top + "/made/inside"));
    nested.keep();
    second.remove(soon());
    for (const CgroupPlace& place : first.places()) {
      EXPECT_TRUE(exists(place));
      EXPECT_FALSE(exists(place, "/made"));
    }
    first.remove(soon());
  });
}

TEST_P(CgroupOn, TheDestructorKillsAndRemovesUnlessKept) {
  on_host([&](const std::string& top) {
    Sleeper sleeper;
    {
      const Cgroup group = Cgroup::create(at(top));
      group.attach(sleeper.pid(), Cgroup::Where::kEverywhere);
    }
    EXPECT_TRUE(sleeper.killed_by(SIGKILL));
    Cgroup kept;
    EXPECT_TRUE(kept.none());
    {
      Cgroup group = Cgroup::create(at(top));
      group.keep();
      kept = std::move(group);
    }
    EXPECT_FALSE(kept.gone());
    kept.remove(soon());
  });
}

TEST_P(CgroupOn, ALeafInUseIsRefusedAndItsProcessesLive) {
  on_host([&](const std::string& top) {
    Sleeper sleeper;
    Cgroup other = Cgroup::create(at(top));
    other.attach(sleeper.pid(), Cgroup::Where::kEverywhere);
    try {
      (void)Cgroup::create(at(top));
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::kCgroupFailed);
      EXPECT_NE(std::strstr(error.what(), "container's cgroup is not empty: 1 process(es) found"),
                nullptr)
          << error.what();
    }
    EXPECT_TRUE(sleeper.alive());
    other.kill_all();
    other.remove(soon());
    EXPECT_TRUE(sleeper.killed_by(SIGKILL));
  });
}

TEST_P(CgroupOn, AFrozenLeafIsRefused) {
  on_host([&](const std::string& top) {
    Cgroup other = Cgroup::create(at(top));
    other.freeze(soon());
    for (const std::string& path : {top, top + "/below"}) {
      try {
        (void)Cgroup::create(at(path));
        ADD_FAILURE() << "accepted " << path;
      } catch (const Error& error) {
        EXPECT_NE(std::strstr(error.what(), "container's cgroup unexpectedly frozen"), nullptr)
            << error.what();
      }
    }
    other.remove(soon());
  });
}

TEST_P(CgroupOn, ProcessesAreFoundAtAnyDepth) {
  on_host([&](const std::string& top) {
    Sleeper one;
    Sleeper two;
    Cgroup group = Cgroup::create(at(top));
    const Cgroup nested = nested_in(group, "/x/y");
    group.attach(one.pid(), Cgroup::Where::kEverywhere);
    nested.attach(two.pid(), Cgroup::Where::kEverywhere);
    std::vector<pid_t> want{one.pid(), two.pid()};
    std::sort(want.begin(), want.end());
    EXPECT_EQ(group.pids(), want);
    group.kill_all();
    group.remove(soon());
    EXPECT_TRUE(one.killed_by(SIGKILL));
    EXPECT_TRUE(two.killed_by(SIGKILL));
  });
}

TEST_P(CgroupOn, CloneCanBeginInside) {
  on_host([&](const std::string& top) {
    if (!host_.has_unified()) return;
    Cgroup group = Cgroup::create(at(top));
    Sleeper sleeper(group);
    group.attach(sleeper.pid(), Cgroup::Where::kLegacy);
    EXPECT_EQ(group.pids(), (std::vector<pid_t>{sleeper.pid()}));
    group.kill_all();
    group.remove(soon());
  });
}

TEST_P(CgroupOn, FreezeAndThaw) {
  on_host([&](const std::string& top) {
    Sleeper sleeper;
    Cgroup group = Cgroup::create(at(top));
    group.attach(sleeper.pid(), Cgroup::Where::kEverywhere);
    EXPECT_FALSE(group.frozen());
    group.freeze(soon());
    EXPECT_TRUE(group.frozen());
    group.freeze(soon());
    group.thaw(soon());
    EXPECT_FALSE(group.frozen());
    group.kill_all();
    group.remove(soon());
  });
}

TEST_P(CgroupOn, KillReachesFrozenProcessesAtEveryLevel) {
  on_host([&](const std::string& top) {
    Sleeper one;
    Sleeper two;
    Cgroup group = Cgroup::create(at(top));
    const Cgroup nested = nested_in(group, "/x");
    group.attach(one.pid(), Cgroup::Where::kEverywhere);
    nested.attach(two.pid(), Cgroup::Where::kEverywhere);
    nested.freeze(soon());
    group.freeze(soon());
    group.kill_all();
    EXPECT_TRUE(one.killed_by(SIGKILL));
    EXPECT_TRUE(two.killed_by(SIGKILL));
    group.remove(soon());
  });
}

TEST_P(CgroupOn, RemoveNamesWhatSurvives) {
  on_host([&](const std::string& top) {
    Sleeper sleeper;
    Cgroup group = Cgroup::create(at(top));
    group.attach(sleeper.pid(), Cgroup::Where::kEverywhere);
    try {
      group.remove(Deadline::in(milliseconds(50)));
      ADD_FAILURE() << "removed";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::kDeadline);
      EXPECT_EQ(error.what(), "remove cgroup: cgroup \"" + top.substr(1) +
                                  "\" stays in use: " + std::to_string(sleeper.pid()));
    }
    EXPECT_TRUE(sleeper.alive());
    group.kill_all();
    group.remove(soon());  // can be repeated
  });
}

TEST_P(CgroupOn, AWideAndDeepTreeGoesWithFewDescriptors) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    std::string deep = top;
    for (int i = 0; i < 64; ++i) deep += "/..d";
    Cgroup::create(at(deep)).keep();
    for (int i = 0; i < 200; ++i) {
      for (const CgroupPlace& place : group.places()) {
        const std::string dir = place.mount_point + top + "/w" + std::to_string(i);
        ASSERT_EQ(::mkdir(dir.c_str(), 0755), 0) << dir;
      }
    }
    const rlimit few{.rlim_cur = 32, .rlim_max = 32};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    group.kill_all();
    group.remove(soon());
  });
}

TEST_P(CgroupOn, ARecordWhoseCgroupVanishedIsFine) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    Cgroup before = Cgroup::open(group.places());
    group.remove(soon());
    Cgroup after = Cgroup::open(group.places());
    for (Cgroup* one : {&before, &after}) {
      EXPECT_TRUE(one->gone());
      EXPECT_FALSE(one->none());
      EXPECT_TRUE(one->pids().empty());
      EXPECT_FALSE(one->frozen());
      EXPECT_EQ(oom_kills(*one), std::nullopt);
      one->kill_all();
      one->remove(soon());
    }
  });
}

TEST_P(CgroupOn, WhatWasMadeIsUndoneWhenALaterLevelFails) {
  on_host([&](const std::string& top) {
    EXPECT_THROW((void)Cgroup::create(at(top + "/a/" + std::string(255, 'x') + "/b\nb")), Error);
  });
}

TEST_P(CgroupOn, RefusedDevicesCannotBeOpened) {
  on_host([&](const std::string& top) {
    char dir[] = "/tmp/rt-test-XXXXXX";
    ASSERT_NE(::mkdtemp(dir), nullptr);
    const std::string refused = std::string(dir) + "/kmsg";
    const std::string allowed = std::string(dir) + "/null";
    ASSERT_EQ(::mknod(refused.c_str(), S_IFCHR | 0600, makedev(1, 11)), 0);
    ASSERT_EQ(::mknod(allowed.c_str(), S_IFCHR | 0600, makedev(1, 3)), 0);
    const auto can_open = [](const std::string& path) {
      const Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
      return fd.valid();
    };
    EXPECT_TRUE(can_open(refused) && can_open(allowed)) << "the directory has no devices";

    const auto try_in = [&](const Cgroup& group, auto body) {
      in_child([&] {
        group.attach(::getpid(), Cgroup::Where::kEverywhere);
        body();
      });
    };
    Cgroup group = Cgroup::create(at(top));
    const auto set_policy = [&](const std::optional<spec::Resources>& resources) {
      const CgroupPlan plan = to_cgroup_plan(host_, top, "c1", resources);
      group.apply(plan.writes);
      if (!plan.device_program.empty()) {
        EXPECT_EQ(attach_device_program(group.into_fd(), plan.device_program),
                  DeviceFilter::kAttached);
      }
    };
    set_policy({});
    try_in(group, [&] {
      EXPECT_FALSE(can_open(refused));
      EXPECT_EQ(errno, EPERM);
      EXPECT_TRUE(can_open(allowed));
      const std::string node = std::string(dir) + "/loop";
      EXPECT_EQ(::mknod(node.c_str(), S_IFBLK | 0600, makedev(7, 0)), 0);
      EXPECT_FALSE(can_open(node));
      EXPECT_EQ(errno, EPERM);
    });
    set_policy(spec::Resources{.devices = {{.allow = true, .access = "rwm"}}});
    try_in(group, [&] { EXPECT_TRUE(can_open(refused)); });
    set_policy(spec::Resources{.devices = {{.allow = false, .access = "rwm"}}});
    try_in(group, [&] { EXPECT_FALSE(can_open(refused)); });
    group.remove(soon());
    for (const char* name : {"/kmsg", "/null", "/loop"})
      ::unlink((dir + std::string(name)).c_str());
    ::rmdir(dir);
  });
}

// -- what only one kind of host shows
// --------------------------------------------------------------

class CgroupV2 : public CgroupOn {};
INSTANTIATE_TEST_SUITE_P(Hosts, CgroupV2, testing::Values(Host::kUnified));

TEST_P(CgroupV2, FewDevicesAreAllowedToNobodyMeanwhile) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    const std::vector<bpf_insn> program = to_device_program(device_policy({}));
    for (int round = 0; round < 3; ++round) {
      EXPECT_EQ(attach_device_program(group.into_fd(), program), DeviceFilter::kAttached);
    }
    group.remove(soon());
  });
}

TEST_P(CgroupV2, TheLargestPolicyIsAcceptedByTheVerifier) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    std::vector<spec::DeviceRule> rules;
    for (int i = 0; i < 300; ++i) {
      rules.push_back(
          {.allow = i % 3 != 0,
           .type = i % 2 == 0 ? spec::DeviceRuleType::kChar : spec::DeviceRuleType::kAll,
           .major = i,
           .minor = i % 5 == 0 ? -1 : i,
           .access = i % 7 == 0 ? "r" : "rw"});
    }
    EXPECT_EQ(attach_device_program(group.into_fd(), to_device_program(device_policy(rules))),
              DeviceFilter::kAttached);
    group.remove(soon());
  });
}

TEST_P(CgroupV2, WithoutPrivilegeTheDeviceFilterIsNotPermitted) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    in_child([&] {
      ASSERT_EQ(::setresuid(65534, 65534, 65534), 0);
      EXPECT_EQ(attach_device_program(group.into_fd(), to_device_program({})),
                DeviceFilter::kNotPermitted);
    });
    group.remove(soon());
  });
}

TEST_P(CgroupV2, DelegationChownsTheDirectoryAndTheListedFiles) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    delegate_cgroup(group.into_fd(), 1234);
    const auto owner = [&](const char* file) {
      struct stat info {};
      EXPECT_EQ(::fstatat(group.into_fd(), file, &info, 0), 0) << file;
      EXPECT_EQ(info.st_gid, 0U);
      return info.st_uid;
    };
    for (const char* file : {".", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control"}) {
      EXPECT_EQ(owner(file), 1234U) << file;
    }
    for (const char* file : {"cgroup.events", "cgroup.freeze", "cgroup.kill"}) {
      EXPECT_EQ(owner(file), 0U) << file;
    }
    group.remove(soon());
  });
}

TEST_P(CgroupV2, ExecGoesWhereInitWent) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    const auto same = [](const Fd& fd, int other) {
      return sys::fstat(fd.get()).st_ino == sys::fstat(other).st_ino;
    };
    Sleeper init;
    group.attach(init.pid(), Cgroup::Where::kEverywhere);
    EXPECT_TRUE(same(group.exec_fd(init.pid()), group.into_fd()));

    const Cgroup nested = nested_in(group, "/init.scope");
    nested.attach(init.pid(), Cgroup::Where::kEverywhere);
    const std::string dir = group.places()[0].mount_point + top;
    const std::string available = read_file(dir + "/cgroup.controllers");
    if (available.find("hugetlb") != available.npos) {
      write_kernel_file(dir + "/cgroup.subtree_control", "+hugetlb");
      EXPECT_TRUE(same(group.exec_fd(init.pid()), nested.into_fd()));
      EXPECT_TRUE(same(group.exec_fd(::getpid()), group.into_fd()));
    }
    group.kill_all();
    group.remove(soon());
  });
}

TEST_P(CgroupV2, AControllerThatIsMissingIsNamed) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    const CgroupWrites writes{{"none", "none.max", "1"}};
    try {
      group.apply(writes);
      ADD_FAILURE() << "written";
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "set none: write \"1\" to none.max: no such file or directory");
      EXPECT_EQ(error.facts().error_number, ENOENT);
    }
    group.apply({{"none", "none.max", "max", CgroupWrite::OnRefusal::kIgnoreMissing}});
    group.remove(soon());
  });
}

class CgroupV1Limits : public CgroupOn {
 protected:
  [[nodiscard]] std::string value(const Cgroup& group, const char* controller,
                                  const std::string& file) const {
    std::string text = read_file_at(group.fd_of(controller), file);
    text.pop_back();
    return text;
  }
  void update(const Cgroup& group, const spec::Resources& resources) const {
    group.apply(to_cgroup_writes(resources, host_));
  }
  [[nodiscard]] bool has_v1(const char* controller) const {
    return host_.version_of(controller) == CgroupVersion::kV1;
  }
};
INSTANTIATE_TEST_SUITE_P(Hosts, CgroupV1Limits, testing::Values(Host::kAsIs));

spec::Limit mib(std::uint64_t count) {
  return count << 20;
}

TEST_P(CgroupV1Limits, MemoryGrowsAndShrinksInEitherOrder) {
  on_host([&](const std::string& top) {
    if (!has_v1("memory")) return;
    Cgroup group = Cgroup::create(at(top));
    const bool memsw =
        ::faccessat(group.fd_of("memory"), "memory.memsw.limit_in_bytes", F_OK, 0) == 0;
    const auto set = [&](spec::Limit limit, spec::Limit swap) {
      spec::Memory memory{.limit = limit};
      if (memsw) memory.swap = swap;
      update(group, {.memory = memory});
    };
    for (const std::uint64_t size : {64U, 512U, 32U}) {
      set(mib(size), mib(size * 2));
      EXPECT_EQ(value(group, "memory", "memory.limit_in_bytes"), std::to_string(size << 20));
      if (memsw) {
        EXPECT_EQ(value(group, "memory", "memory.memsw.limit_in_bytes"),
                  std::to_string(size << 21));
      }
    }
    set(spec::Unlimited{}, spec::Unlimited{});
    EXPECT_GT(value(group, "memory", "memory.limit_in_bytes").size(), 15U);
    EXPECT_NO_THROW(group.refuse_if_memory_above(1U << 30));
    EXPECT_THROW(group.refuse_if_memory_above(0), Error);
    group.remove(soon());
  });
}

TEST_P(CgroupV1Limits, CpuPidsAndCpusetAreWritten) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    if (has_v1("cpu")) {
      update(group,
             {.cpu = spec::Cpu{.shares = 512, .quota = spec::Limit{20000U}, .period = 50000}});
      EXPECT_EQ(value(group, "cpu", "cpu.shares"), "512");
      EXPECT_EQ(value(group, "cpu", "cpu.cfs_quota_us"), "20000");
      EXPECT_EQ(value(group, "cpu", "cpu.cfs_period_us"), "50000");
      update(group, {.cpu = spec::Cpu{.quota = spec::Unlimited{}, .period = 100000}});
      EXPECT_EQ(value(group, "cpu", "cpu.cfs_quota_us"), "-1");
    }
    if (has_v1("pids")) {
      update(group, {.pids = spec::Pids{.limit = spec::Limit{7U}}});
      EXPECT_EQ(value(group, "pids", "pids.max"), "7");
    }
    if (has_v1("cpuset")) {
      EXPECT_NE(value(group, "cpuset", "cpuset.cpus"), "");
      update(group, {.cpu = spec::Cpu{.cpus = "0", .mems = "0"}});
      EXPECT_EQ(value(group, "cpuset", "cpuset.cpus"), "0");
    }
    group.remove(soon());
  });
}

TEST_P(CgroupV1Limits, AnOutOfMemoryKillIsCounted) {
  on_host([&](const std::string& top) {
    if (!has_v1("memory")) return;
    Cgroup group = Cgroup::create(at(top));
    update(group, {.memory = spec::Memory{.limit = mib(8), .swap = mib(8)}});
    EXPECT_EQ(oom_kills(group), 0U);
    const int status = status_of_child([&] {
      group.attach(::getpid(), Cgroup::Where::kEverywhere);
      volatile char* const block = static_cast<char*>(std::malloc(64U << 20));
      for (std::size_t i = 0; i < 64U << 20; i += 4096) block[i] = 1;
    });
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    EXPECT_EQ(oom_kills(group), 1U);
    group.remove(soon());
  });
}

TEST(Cgroup, NoCgroupDoesNothing) {
  Cgroup none;
  EXPECT_TRUE(none.none());
  EXPECT_TRUE(none.gone());
  EXPECT_EQ(none.into_fd(), -1);
  EXPECT_FALSE(none.exec_fd(1).valid());
  EXPECT_TRUE(none.pids().empty());
  EXPECT_FALSE(none.frozen());
  none.attach(::getpid(), Cgroup::Where::kEverywhere);
  none.apply({});
  none.kill_all();
  none.remove(Deadline::never());
  EXPECT_THROW(none.freeze(Deadline::never()), Error);
  EXPECT_EQ(oom_kills(none), std::nullopt);
}

TEST(Delegate, OnlyForANewCgroupNamespaceAndAWritableMount) {
  const spec::Namespace fresh{.type = spec::NamespaceType::kCgroup};
  const spec::Namespace joined{.type = spec::NamespaceType::kCgroup, .path = "/proc/1/ns/cgroup"};
  const auto config = [](const spec::Namespace& one, spec::Mount mount) {
    spec::Config out{.mounts = {std::move(mount)}};
    out.linux_.emplace().namespaces = {one};
    return out;
  };
  const spec::Mount writable{
      .destination = "/sys/fs/cgroup/", .type = "cgroup", .source = "cgroup"};
  spec::Mount read_only = writable;
  read_only.options = {"nosuid", "ro"};
  spec::Mount elsewhere = writable;
  elsewhere.destination = "/cgroup";
  EXPECT_TRUE(wants_delegation(config(fresh, writable)));
  EXPECT_FALSE(wants_delegation(config(joined, writable)));
  EXPECT_FALSE(wants_delegation(config(fresh, read_only)));
  EXPECT_FALSE(wants_delegation(config(fresh, elsewhere)));
  EXPECT_FALSE(wants_delegation({}));
}

}  // namespace
}  // namespace rt

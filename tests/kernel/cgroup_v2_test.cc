// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "runtime/kernel/cgroup/delegate.h"
#include "runtime/kernel/cgroup/devices_bpf.h"
#include "runtime/kernel/cgroup/oom_kills.h"
#include "tests/kernel/cgroup_host.h"

namespace rt {
namespace {

class CgroupV2 : public CgroupOn {};
RT_ON_HOST(CgroupV2, Host::kUnified);

TEST_P(CgroupV2, AttachingAgainReplacesTheProgram) {
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

// CG-14, CG-15: a list with names that are not there, and no list at all.
TEST_P(CgroupV2, DelegationFollowsTheListOfTheKernelOrItsOwn) {
  const struct {
    const char* name;
    const char* list;  // nullptr: the file is missing
    std::vector<std::string> owned;
  } rows[] = {
      {"other names", "cgroup.freeze\nnot.there\n../cgroup.procs\n", {".", "cgroup.freeze"}},
      {"missing", nullptr, {".", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads"}},
  };
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    uid_t uid = 2000;
    for (const auto& row : rows) {
      SCOPED_TRACE(row.name);
      ASSERT_EQ(::mount("list", "/sys/kernel/cgroup", "tmpfs", 0, nullptr), 0);
      if (row.list != nullptr) {
        const Fd list = sys::open("/sys/kernel/cgroup/delegate", O_CREAT | O_WRONLY);
        ASSERT_GT(::write(list.get(), row.list, std::strlen(row.list)), 0);
      }
      delegate_cgroup(group.into_fd(), ++uid);
      for (const char* file : {".", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control",
                               "cgroup.freeze", "cgroup.events"}) {
        struct stat info {};
        ASSERT_EQ(::fstatat(group.into_fd(), file, &info, 0), 0) << file;
        const bool owned = std::find(row.owned.begin(), row.owned.end(), file) != row.owned.end();
        EXPECT_EQ(info.st_uid == uid, owned) << file;
      }
      ASSERT_EQ(::umount("/sys/kernel/cgroup"), 0);
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
    EXPECT_FALSE(group.inner_of(init.pid()));

    const Cgroup nested = nested_in(group, "/init.scope");
    nested.attach(init.pid(), Cgroup::Where::kEverywhere);
    const std::string dir = group.places()[0].mount_point + top;
    const std::string available = read_file(dir + "/cgroup.controllers");
    if (available.find("hugetlb") != available.npos) {
      write_kernel_file(dir + "/cgroup.subtree_control", "+hugetlb");
      const auto inner = group.inner_of(init.pid());
      ASSERT_TRUE(inner);
      EXPECT_TRUE(same(*inner, nested.into_fd()));
      EXPECT_FALSE(group.inner_of(::getpid()));
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
      EXPECT_STREQ(
          error.what(),
          "/linux/resources: controller \"none\" is not in the cgroup v2 hierarchy of this "
          "host: write \"1\" to none.max: no such file or directory");
      EXPECT_EQ(error.facts().error_number, ENOENT);
    }
    group.apply({{"none", "none.max", "max", CgroupWrite::OnRefusal::kIgnoreMissing}});
    group.remove(soon());
  });
}

TEST_P(CgroupV2, AnotherFileIsWrittenInPlaceOfAMissingOne) {
  on_host([&](const std::string& top) {
    constexpr auto kFail = CgroupWrite::OnRefusal::kFail;
    using Instead = CgroupWrite::Instead;
    Cgroup group = Cgroup::create(at(top));
    const auto depth = [&] { return read_file_at(group.into_fd(), "cgroup.max.depth"); };
    group.apply({{"cgroup", "none.max", "3", kFail, Instead{"cgroup.max.depth", "4"}}});
    EXPECT_EQ(depth(), "4\n");
    group.apply({{"cgroup", "cgroup.max.depth", "5", kFail, Instead{"none.max", "6"}}});
    EXPECT_EQ(depth(), "5\n");
    EXPECT_THROW(group.apply({{"cgroup", "none.max", "7", kFail, Instead{"none.min", "8"}}}),
                 Error);
    // A refusal is not an absence.
    EXPECT_THROW(
        group.apply({{"cgroup", "cgroup.max.depth", "x", kFail, Instead{"cgroup.max.depth", "9"}}}),
        Error);
    EXPECT_EQ(depth(), "5\n");
    group.remove(soon());
  });
}

TEST_P(CgroupV2, UnifiedValuesAndHugePagesAreWritten) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top));
    const auto update = [&](const spec::Resources& resources) {
      group.apply(to_cgroup_writes(resources, host_));
    };
    update({.unified = {{"cgroup.max.depth", "7\n8\n"}, {"cgroup.max.descendants", "9"}}});
    EXPECT_EQ(read_file_at(group.into_fd(), "cgroup.max.depth"), "8\n");
    EXPECT_EQ(read_file_at(group.into_fd(), "cgroup.max.descendants"), "9\n");
    EXPECT_THROW(update({.unified = {{"nosuch.file", "1"}}}), Error);
    const auto is_there = [&](const char* file) {
      return ::faccessat(group.into_fd(), file, F_OK, 0) == 0;
    };
    if (is_there("hugetlb.2MB.max")) {
      update({.hugepage_limits = {{"2MB", 4194304}}});
      EXPECT_EQ(read_file_at(group.into_fd(), "hugetlb.2MB.max"), "4194304\n");
      if (is_there("hugetlb.2MB.rsvd.max")) {
        EXPECT_EQ(read_file_at(group.into_fd(), "hugetlb.2MB.rsvd.max"), "4194304\n");
      }
      EXPECT_THROW(update({.hugepage_limits = {{"3MB", 4194304}}}), Error);
    }
    group.remove(soon());
  });
}

TEST_P(CgroupV2, LimitsAreWrittenWhereTheControllersAre) {
  on_host([&](const std::string& top) {
    Cgroup group = Cgroup::create(at(top + "/a"));
    const std::string enabled = read_file_at(group.into_fd(), "cgroup.controllers");
    const auto has = [&](const char* word) { return enabled.find(word) != enabled.npos; };
    const auto value = [&](const char* file) {
      std::string text = read_file_at(group.into_fd(), file);
      text.pop_back();
      return text;
    };
    const auto update = [&](const spec::Resources& resources) {
      group.apply(to_cgroup_writes(resources, host_));
    };
    if (has("memory")) {
      const std::uint64_t mib = 1U << 20;
      update(
          {.memory = spec::Memory{.limit = spec::Limit{64 * mib}, .swap = spec::Limit{96 * mib}}});
      EXPECT_EQ(value("memory.max"), "67108864");
      update({.memory = spec::Memory{.limit = spec::Unlimited{}}});
      EXPECT_EQ(value("memory.max"), "max");
      update({.memory = spec::Memory{.limit = spec::Limit{8 * mib}, .swap = spec::Limit{8 * mib}}});
      const OomKills kills(group, OomKills::Goes::kWithContainer);
      EXPECT_FALSE(kills.happened());
      const int status = status_of_child([&] {
        group.attach(::getpid(), Cgroup::Where::kEverywhere);
        volatile char* const block = static_cast<char*>(std::malloc(64U << 20));
        for (std::size_t i = 0; i < 64U << 20; i += 4096) block[i] = 1;
      });
      EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
      EXPECT_EQ(OomKills::counted(group), 1U);
      EXPECT_TRUE(kills.happened());
    }
    if (has("cpu ")) {
      update({.cpu = spec::Cpu{
                  .shares = 1024, .quota = spec::Limit{20000U}, .burst = 10000, .period = 50000}});
      EXPECT_EQ(value("cpu.weight"), "100");
      EXPECT_EQ(value("cpu.max"), "20000 50000");
      EXPECT_EQ(value("cpu.max.burst"), "10000");
      update({.cpu = spec::Cpu{.quota = spec::Limit{40000U}, .burst = 30000, .period = 50000}});
      EXPECT_EQ(value("cpu.max.burst"), "30000");
    }
    if (has("pids")) {
      update({.pids = spec::Pids{.limit = spec::Limit{7U}}});
      EXPECT_EQ(value("pids.max"), "7");
    }
    if (has("cpuset")) {
      update({.cpu = spec::Cpu{.cpus = "0", .mems = "0"}});
      EXPECT_EQ(value("cpuset.cpus"), "0");
    }
    group.remove(soon());
  });
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

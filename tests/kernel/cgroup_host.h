// SPDX-License-Identifier: Apache-2.0
//
// Real cgroups, named rt-test-PID and removed again: once with the hierarchies of this host as
// they are, once in a mount namespace that has nothing but cgroup2 on /sys/fs/cgroup.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/handle.h"
#include "tests/support/in_child.h"

namespace rt {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline Deadline soon() {
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
      ASSERT_TRUE(host_.unified_only() || GetParam() == Host::kAsIs);
      run(body, top);
    });
  }

  // Whatever happens in the test, the host stays clean; what that had to do is a failure above.
  template <class Body>
  void run(Body body, const std::string& top) {
    const std::string root = host_.has_unified() ? host_.hierarchies.back().mount_point : "";
    // One test at a time: none takes away the controllers of the root that another one uses.
    const Fd lock = root.empty() ? Fd() : sys::open(root, O_RDONLY | O_DIRECTORY);
    ASSERT_TRUE(!lock.valid() || ::flock(lock.get(), LOCK_EX) == 0);
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
    const std::string after = read_file_if_exists(control).value_or("");
    for (const std::string_view one : split_blank(trim(after))) {
      if (before.find(one) == before.npos) write_kernel_file(control, "-" + std::string(one));
    }
    if (lock.valid()) (void)::flock(lock.get(), LOCK_UN);  // children may have a copy
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

inline std::string host_name(const testing::TestParamInfo<Host>& param) {
  return param.param == Host::kAsIs ? "AsIs" : "Unified";
}

#define RT_ON_EVERY_HOST(Suite) \
  INSTANTIATE_TEST_SUITE_P(Hosts, Suite, testing::Values(Host::kAsIs, Host::kUnified), host_name)
#define RT_ON_HOST(Suite, host) \
  INSTANTIATE_TEST_SUITE_P(Hosts, Suite, testing::Values(host), host_name)

}  // namespace rt

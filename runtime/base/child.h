// SPDX-License-Identifier: Apache-2.0
//
// Processes that we make. spawn() is the one clone3 site; Child owns what it returns and kills and
// reaps it unless keep() is called. clone3(2): kernel 5.3, CLONE_INTO_CGROUP 5.7.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/deadline.h"
#include "runtime/base/fd.h"

namespace rt {

// How a process ended, from waitid(2).
struct ExitStatus {
  int code = 0;  // si_status: the exit code, or the signal
  bool signalled = false;
  [[nodiscard]] int shell_code() const noexcept { return signalled ? 128 + code : code; }
  [[nodiscard]] bool is(int signal) const noexcept { return signalled && code == signal; }
  [[nodiscard]] std::string text() const;  // "exit status 3", "killed by SIGKILL"
};

class Child {
 public:
  Child() noexcept = default;
  Child(pid_t pid, Fd pidfd) noexcept : pid_(pid), pidfd_(std::move(pidfd)) {}
  ~Child() { destroy(); }
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] int pidfd() const noexcept { return pidfd_.get(); }
  [[nodiscard]] bool valid() const noexcept { return pidfd_.valid(); }

  bool signal(int number) const;                                   // false: already gone
  ExitStatus wait();                                               // blocks; reaps
  std::optional<ExitStatus> wait_until(const Deadline& deadline);  // empty: the deadline passed
  void keep() noexcept { pidfd_.reset(); }  // the process lives on without us

 private:
  void destroy() noexcept;
  pid_t pid_ = -1;
  Fd pidfd_;
};

// The child's memory until it calls execve.
enum class Memory : std::uint8_t {
  kCopy,
  // The parent's own, as vfork(2) does it: cheaper by the copies of all pages that are written
  // afterwards, in the child and here. The caller waits until execve or the end of the child, whose
  // body may do nothing but prepare for it. A copy where we cannot (other processors, sanitizers).
  kShareUntilExec,
};

struct SpawnOptions {
  std::uint64_t flags = 0;  // CLONE_NEW…, CLONE_PARENT
  int cgroup_fd = -1;       // a cgroup v2 directory to start in; -1: the caller's
  Memory memory = Memory::kCopy;
};

// The child runs body() and exits with what it returns; it must not throw. With CLONE_PARENT the
// new process is a sibling: it can be signalled through the Child, but only its parent reaps it.
Child spawn(const SpawnOptions& options, const std::function<int()>& body);

// argv or envp for execve(2), with the null pointer at its end. Points into `strings`.
std::vector<char*> exec_pointers(const std::vector<std::string>& strings);

// Default dispositions and an empty mask: what the caller of rt ignores or blocks is not for
// others. `ignored`: bit N-1 for each signal N that may be ignored now; execve(2) itself takes
// handlers away.
void reset_signals(std::uint64_t ignored = ~std::uint64_t{0}) noexcept;

// Replaces the process image by `image_fd`. Returns errno; the caller is in a child that must
// _exit.
int exec_image(int image_fd, char* const* argv, char* const* envp) noexcept;

}  // namespace rt

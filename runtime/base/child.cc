// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/child.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

ExitStatus to_status(const siginfo_t& info) {
  return {.code = info.si_status, .signalled = info.si_code != CLD_EXITED};
}

}  // namespace

std::string ExitStatus::text() const {
  if (!signalled) return "exit status " + std::to_string(code);
  const char* name = sigabbrev_np(code);
  return "killed by " + (name != nullptr ? "SIG" + std::string(name) : std::to_string(code));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}

Child& Child::operator=(Child&& other) noexcept {
  Child taken(std::move(other));
  std::swap(pid_, taken.pid_);
  std::swap(pidfd_, taken.pidfd_);
  return *this;
}

bool Child::signal(int number) const {
  return sys::pidfd_send_signal(pidfd_.get(), number);
}

ExitStatus Child::wait() {
  const auto info = sys::wait_pidfd(pidfd_.get(), WEXITED);
  pidfd_.reset();
  return to_status(info.value_or(siginfo_t{}));
}

std::optional<ExitStatus> Child::wait_until(const Deadline& deadline) {
  pollfd one{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
  if (sys::poll({&one, 1}, deadline) == 0) return {};
  return wait();
}

void Child::destroy() noexcept {
  if (!pidfd_.valid()) return;
  (void)::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
  siginfo_t info{};
  while (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) < 0 && errno == EINTR) {
  }
  pidfd_.reset();
}

namespace {

// Profiles refuse clone3, whose flags they cannot see, and allow clone: a startContainer hook runs
// under the container's filter. clone(2) takes the place of the pidfd as parent_tid.
pid_t clone_process(clone_args& args) {
  try {
    return sys::clone3(args);
  } catch (const Error& e) {
    const int error = e.facts().error_number;
    if ((error != ENOSYS && error != EPERM) || args.flags != CLONE_PIDFD) throw;
    return sys::clone(args.flags | args.exit_signal, std::bit_cast<int*>(args.pidfd));
  }
}

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
int run_body(void* body) {
  return (*static_cast<const std::function<int()>*>(body))();
}

// On a stack of its own: the child must not write where we return to. No library has clone3 with
// one, and CLONE_INTO_CGROUP needs clone3. A system call keeps all registers but rax, rcx and r11.
// Empty: it is refused here (clone_process), or cannot be done.
std::optional<pid_t> clone_sharing_memory(clone_args args, std::function<int()> body) {
  // Not on our own, whose protection against clashes would touch all of it. We wait meanwhile.
  alignas(16) static std::array<std::byte, 16UL * 1024> stack;
  args.flags |= CLONE_VM | CLONE_VFORK;
  args.stack = std::bit_cast<std::uint64_t>(stack.data());
  args.stack_size = stack.size();
  register int (*enter)(void*) asm("r8") = run_body;
  register void* argument asm("r9") = &body;
  long result = SYS_clone3;
  asm volatile(
      "syscall\n\t"
      "testq %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xorl %%ebp, %%ebp\n\t"
      "movq %%r9, %%rdi\n\t"
      "callq *%%r8\n\t"
      "movl %%eax, %%edi\n\t"
      "movl %[exit], %%eax\n\t"
      "syscall\n\t"
      "1:"
      : "+a"(result)
      : "D"(&args), "S"(sizeof args), "r"(enter), "r"(argument), [exit] "i"(SYS_exit_group)
      : "rcx", "rdx", "r10", "r11", "memory");
  if (result == -ENOSYS || result == -EPERM) return {};
  if (result < 0) throw_errno_value(static_cast<int>(-result), "clone3");
  return static_cast<pid_t>(result);
}
#else
std::optional<pid_t> clone_sharing_memory(const clone_args& /*args*/,
                                          const std::function<int()>& /*body*/) {
  return {};
}
#endif

}  // namespace

Child spawn(const SpawnOptions& options, const std::function<int()>& body) {
  int pidfd = -1;
  clone_args args{};
  args.flags = options.flags | CLONE_PIDFD;
  args.pidfd = std::bit_cast<std::uint64_t>(&pidfd);
  // clone3 refuses an exit signal together with CLONE_PARENT: the parent's own one is used.
  if ((options.flags & CLONE_PARENT) == 0) args.exit_signal = SIGCHLD;
  if (options.cgroup_fd >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<unsigned>(options.cgroup_fd);
  }
  if (options.memory == Memory::kShareUntilExec) {
    if (const auto pid = clone_sharing_memory(args, body)) return {*pid, Fd(pidfd)};
  }
  const pid_t pid = clone_process(args);
  if (pid == 0) {
    Context::forget();
    ::_exit(body());
  }
  return {pid, Fd(pidfd)};
}

std::vector<char*> exec_pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const std::string& s : strings) out.push_back(const_cast<char*>(s.c_str()));  // NOLINT
  out.push_back(nullptr);
  return out;
}

void reset_signals(std::uint64_t ignored) noexcept {
  // The kernel's own structure, all zero, SIG_DFL: a C library keeps signals for itself.
  constexpr std::array<unsigned long, 4> kDefault{};
  constexpr std::size_t kMaskBytes = 8;
  for (int number = 1; number < NSIG; ++number) {
    if ((ignored >> (number - 1) & 1) == 0) continue;
    (void)::syscall(SYS_rt_sigaction, number, kDefault.data(), nullptr, kMaskBytes);
  }
  sigset_t none;
  (void)::sigemptyset(&none);
  (void)sys::change_signal_mask(SIG_SETMASK, none);
}

int exec_image(int image_fd, char* const* argv, char* const* envp) noexcept {
  (void)::syscall(SYS_execveat, image_fd, "", argv, envp, AT_EMPTY_PATH);
  return errno;
}

}  // namespace rt

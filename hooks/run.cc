// SPDX-License-Identifier: Apache-2.0
#include "hooks/run.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "runtime/base/child.h"
#include "runtime/base/error.h"
#include "runtime/base/interrupt.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt::hooks {
namespace {

constexpr std::size_t kKept = 2048;                         // bytes of output in a message
constexpr auto kLastWords = std::chrono::milliseconds(50);  // for output after the hook's end

// What the child needs, made before it exists: after clone it only makes system calls.
struct Prepared {
  std::string path;
  std::string directory;
  std::vector<std::string> args;
  std::vector<std::string> env;
  Fd stdin_file;
  std::pair<Fd, Fd> out, err, failed;  // pipes: .first is read here

  Prepared(const spec::Hook& hook, const Surroundings& around)
      : path(hook.path),
        directory(around.directory),
        args(hook.args.empty() ? std::vector<std::string>{hook.path} : hook.args),
        env(hook.env.value_or(around.env)),
        stdin_file(sys::memfd("rt-state", 0)),
        out(sys::pipe()),
        err(sys::pipe()),
        failed(sys::pipe()) {
    // A file, not a pipe: a hook that never reads cannot block us and gets no SIGPIPE.
    sys::write_all(stdin_file.get(), around.state_json);
    if (::lseek(stdin_file.get(), 0, SEEK_SET) != 0) throw_errno("lseek");
  }
};

bool close_the_rest_at_exec() noexcept {
  if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return true;
  if (errno != ENOSYS && errno != EPERM) return false;
  // The container's filter is older than the call. Ours are CLOEXEC from birth; what the caller
  // handed down begins at 3.
  for (int fd = 3; fd < 1024; ++fd) (void)::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return true;
}

int become_hook(const Prepared& prepared, char* const* argv, char* const* envp) noexcept {
  reset_signals();
  (void)::setpgid(0, 0);
  int error = 0;
  if (::dup2(prepared.stdin_file.get(), 0) < 0 || ::dup2(prepared.out.second.get(), 1) < 0 ||
      ::dup2(prepared.err.second.get(), 2) < 0 || ::chdir(prepared.directory.c_str()) != 0 ||
      !close_the_rest_at_exec()) {
    error = errno;
  } else {
    (void)::execve(prepared.path.c_str(), argv, envp);
    error = errno;
  }
  (void)!::write(prepared.failed.second.get(), &error, sizeof error);
  return 1;
}

// Reads what is there; false at end of file.
bool drain(const Fd& pipe, std::string& kept) {
  std::array<char, 4096> buffer{};
  const std::size_t size = sys::read(pipe.get(), buffer);
  kept.append(buffer.data(), std::min(size, kKept - std::min(kKept, kept.size())));
  return size > 0;
}

struct Output {
  std::string out{};
  std::string err{};
};

// Returns when the hook has ended, or empty when the deadline has passed.
std::optional<ExitStatus> watch(Child& child, Prepared& prepared, Output& output,
                                const Deadline& deadline) {
  bool ended = false;
  Deadline until = deadline;
  while (true) {
    std::array<pollfd, 3> fds{
        pollfd{.fd = prepared.out.first.get(), .events = POLLIN, .revents = 0},
        pollfd{.fd = prepared.err.first.get(), .events = POLLIN, .revents = 0},
        pollfd{.fd = ended ? -1 : child.pidfd(), .events = POLLIN, .revents = 0}};
    if (ended && fds[0].fd < 0 && fds[1].fd < 0) return child.wait();
    if (poll_interruptibly(fds, until) == 0) {
      if (!ended) return {};
      return child.wait();
    }
    if (fds[0].revents != 0 && !drain(prepared.out.first, output.out)) prepared.out.first.reset();
    if (fds[1].revents != 0 && !drain(prepared.err.first, output.err)) prepared.err.first.reset();
    if (fds[2].revents != 0) {
      // A daemon that the hook left behind may hold the pipes for ever: read what is there.
      ended = true;
      until = Deadline::in(kLastWords);
    }
  }
}

[[noreturn]] void throw_failed(const Surroundings& around, std::size_t index,
                               const std::string& why, const std::string& path) {
  throw Error(
      Code::kHookFailed,
      "error running " + std::string(around.point) + " hook #" + std::to_string(index) + ": " + why,
      {.path = path,
       .pointer = "/hooks/" + std::string(around.point) + "/" + std::to_string(index)});
}

// All that a hook has started goes with it when it is cut short.
class ProcessGroup {
 public:
  explicit ProcessGroup(pid_t leader) noexcept : leader_(leader) {}
  ~ProcessGroup() {
    if (leader_ > 0) (void)::kill(-leader_, SIGKILL);
  }
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;
  ProcessGroup(ProcessGroup&&) = delete;
  ProcessGroup& operator=(ProcessGroup&&) = delete;
  void keep() noexcept { leader_ = 0; }

 private:
  pid_t leader_;
};

std::string seconds_text(std::int64_t seconds) {
  return std::to_string(seconds) + ".0s";
}

}  // namespace

void run_one(const spec::Hook& hook, std::size_t index, const Surroundings& around) {
  Prepared prepared(hook, around);
  const std::vector<char*> argv = exec_pointers(prepared.args);
  const std::vector<char*> envp = exec_pointers(prepared.env);
  Child child = spawn({}, [&] { return become_hook(prepared, argv.data(), envp.data()); });
  prepared.out.second.reset();
  prepared.err.second.reset();
  prepared.failed.second.reset();

  int exec_error = 0;
  std::array<char, sizeof exec_error> bytes{};
  if (sys::read(prepared.failed.first.get(), bytes) == sizeof exec_error) {
    std::memcpy(&exec_error, bytes.data(), sizeof exec_error);
    throw_failed(around, index, "exec " + quoted(hook.path) + ": " + errno_text(exec_error),
                 hook.path);
  }
  ProcessGroup group(child.pid());
  Output output;
  const Deadline deadline =
      hook.timeout ? Deadline::in(std::chrono::seconds(*hook.timeout)) : Deadline::never();
  const auto status = watch(child, prepared, output, deadline);
  if (!status) {
    throw_failed(around, index, "hook ran past specified timeout of " + seconds_text(*hook.timeout),
                 hook.path);
  }
  group.keep();
  if (status->code != 0 || status->signalled) {
    throw_failed(
        around, index,
        status->text() + ", stdout: " + quoted(output.out) + ", stderr: " + quoted(output.err),
        hook.path);
  }
}

void run_all(const std::vector<spec::Hook>& list, const Surroundings& around) {
  for (std::size_t i = 0; i < list.size(); ++i) run_one(list[i], i, around);
}

}  // namespace rt::hooks

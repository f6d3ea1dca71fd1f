// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/program.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

std::string read_all(const Fd& from, const ProgramCall& call) {
  std::string out;
  for (std::array<char, 8192> buffer{};;) {
    pollfd one{.fd = from.get(), .events = POLLIN, .revents = 0};
    if (sys::poll({&one, 1}, call.deadline) == 0) {
      throw Error(Code::kDeadline, call.words.front() + " is still running");
    }
    const std::size_t size = sys::read(from.get(), buffer);
    if (size == 0) return out;
    out.append(buffer.data(), std::min(size, call.limit - std::min(call.limit, out.size())));
  }
}

}  // namespace

ProgramResult run_program(const ProgramCall& call) {
  const std::vector<char*> argv = exec_pointers(call.words);
  const std::vector<char*> envp = exec_pointers(call.environment);
  auto [out, there] = sys::pipe();
  const int output_fd = there.get();
  const Fd null = sys::open("/dev/null", O_RDONLY);
  Child child = spawn({}, [&] {
    reset_signals();
    const bool ready = ::dup2(null.get(), 0) == 0 && ::dup2(output_fd, 1) == 1 &&
                       (!call.with_errors || ::dup2(output_fd, 2) == 2) &&
                       ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
    if (ready) (void)::execve(argv[0], argv.data(), envp.data());
    return 127;
  });
  there.reset();
  std::string output = read_all(out, call);
  const auto status = child.wait_until(call.deadline);
  if (!status) throw Error(Code::kDeadline, call.words.front() + " is still running");
  return {.status = *status, .output = std::move(output)};
}

}  // namespace rt

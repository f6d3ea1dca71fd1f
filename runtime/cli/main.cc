// SPDX-License-Identifier: Apache-2.0
//
// Puts the process in order, runs the command, and turns an exception into one log record, one
// line on stderr and exit status 1. Nothing else in rt catches and goes on.
#include <fcntl.h>
#include <poll.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <exception>
#include <string_view>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/phases.h"
#include "runtime/base/sys.h"
#include "runtime/cli/commands.h"

namespace {

// A closed 0, 1 or 2 would be reused by the next open(), and messages would end up in it.
void reserve_stdio() {
  std::array<pollfd, 3> fds{pollfd{0, 0, 0}, pollfd{1, 0, 0}, pollfd{2, 0, 0}};
  (void)rt::sys::poll(fds, rt::Deadline::in(std::chrono::milliseconds(0)));
  for (const pollfd& one : fds) {
    if ((one.revents & POLLNVAL) == 0) continue;
    rt::Fd null = rt::sys::open("/dev/null", O_RDWR);
    rt::sys::set_cloexec(null.get(), false);
    (void)null.release();
  }
}

void prepare_process() {
  rt::sys::prctl(PR_SET_DUMPABLE, 0);  // nobody may attach, in no namespace (CVE-2016-9962)
  reserve_stdio();
  // A manager that closes its end of a pipe is an error of write(2), not a death half way.
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  (void)::sigaction(SIGPIPE, &ignore, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  // Setuid or with file capabilities: the caller's arguments and environment cannot be trusted.
  if (::getauxval(AT_SECURE) != 0) return 1;
  try {
    rt::phases::begin();
    prepare_process();
    const std::vector<std::string_view> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return rt::cli::dispatch(words);
  } catch (const rt::Error& error) {
    return rt::cli::report(error, 1);
  } catch (const std::exception& error) {
    rt::log::error(error.what());
  }
  return 1;
}

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/host_terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

Fd find_terminal() {
  for (const int fd : {2, 1, 0}) {
    if (::isatty(fd) == 1) return sys::dup(fd);
  }
  try {
    return sys::open("/dev/tty", O_RDWR | O_NOCTTY);
  } catch (const Error&) {  // no controlling terminal: nothing to set up
    return {};
  }
}

// A terminal without a size (a serial line, script(1) under cron) has none to give, and
// process.consoleSize holds.
void copy_size(const Fd& from, const Fd& to) noexcept {
  winsize size{};
  if (!from.valid() || !to.valid() || ::ioctl(from.get(), TIOCGWINSZ, &size) != 0) return;
  if (size.ws_row == 0 && size.ws_col == 0) return;
  (void)::ioctl(to.get(), TIOCSWINSZ, &size);
}

}  // namespace

HostTerminal::HostTerminal() : fd_(find_terminal()) {
  if (!fd_.valid() || ::tcgetattr(fd_.get(), &old_) != 0) {
    fd_.reset();
    return;
  }
  struct termios raw = old_;
  ::cfmakeraw(&raw);
  (void)::tcsetattr(fd_.get(), TCSANOW, &raw);
}

HostTerminal::~HostTerminal() {
  if (fd_.valid()) (void)::tcsetattr(fd_.get(), TCSANOW, &old_);
}

void HostTerminal::copy_size_to(const Fd& master) const noexcept {
  copy_size(fd_, master);
}

void copy_host_size_to(const Fd& master) {
  if (master.valid()) copy_size(find_terminal(), master);
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/terminal.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

void demand(int result, const char* call) {
  if (result < 0) throw_errno(call);
}

void set_size(int fd, const TerminalPlan& plan) {
  if (plan.height == 0 && plan.width == 0) return;
  const winsize size{.ws_row = plan.height, .ws_col = plan.width, .ws_xpixel = 0, .ws_ypixel = 0};
  demand(::ioctl(fd, TIOCSWINSZ, &size), "ioctl TIOCSWINSZ");
}

void clear_onlcr(int fd) {
  struct termios settings {};
  demand(::tcgetattr(fd, &settings), "tcgetattr");
  settings.c_oflag &= ~tcflag_t{ONLCR};
  demand(::tcsetattr(fd, TCSANOW, &settings), "tcsetattr");
}

}  // namespace

Terminal open_terminal(const Root& root, const TerminalPlan& plan) {
  Terminal out;
  auto master = root.open_if_exists("/dev/pts/ptmx", O_RDWR | O_NOCTTY);
  if (!master || sys::fstatfs(master->get()).f_type != DEVPTS_SUPER_MAGIC) {
    throw Error(Code::kBadConfig, "process.terminal needs a devpts mounted on /dev/pts",
                {.path = "/dev/pts/ptmx"});
  }
  out.master = std::move(*master);
  int unlocked = 0;
  demand(::ioctl(out.master.get(), TIOCSPTLCK, &unlocked), "ioctl TIOCSPTLCK");
  out.peer = Fd(::ioctl(out.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  demand(out.peer.get(), "ioctl TIOCGPTPEER");
  clear_onlcr(out.peer.get());
  set_size(out.peer.get(), plan);
  // uid only: the group is what gid= of the devpts mount says (tty).
  sys::fchown(out.peer.get(), plan.owner, static_cast<gid_t>(-1));
  return out;
}

void bind_console(const Root& root, const Terminal& terminal) {
  const Place place = root.make_parent("/dev/console");
  const auto found = sys::stat_at_if_exists(place.parent.get(), place.name, AT_SYMLINK_NOFOLLOW);
  if (!found) {
    (void)sys::open_at(place.parent.get(), place.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                       0600);
  } else if (S_ISLNK(found->st_mode) || S_ISDIR(found->st_mode)) {
    throw Error(Code::kBadConfig, "/dev/console of the image is a link or a directory",
                {.path = "/dev/console"});
  }
  const Fd where = sys::open_at(place.parent.get(), place.name, O_PATH | O_NOFOLLOW);
  const Fd tree = sys::open_tree(terminal.peer.get(), "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
  sys::move_mount(tree.get(), "", where.get(), "",
                  MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

void become_controlling(const Terminal& terminal) {
  demand(::ioctl(terminal.peer.get(), TIOCSCTTY, 0), "ioctl TIOCSCTTY");
  for (int fd = 0; fd < 3; ++fd) sys::dup2(terminal.peer.get(), fd);
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/stdio.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/base/close_together.h"
#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

bool is_null_device(const struct stat& facts) {
  return S_ISCHR(facts.st_mode) && facts.st_rdev == makedev(1, 3);
}

}  // namespace

// The host's null device would let the container change the host's inode: the container gets its
// own. Files, pipes and sockets become the user's, so that it can open /proc/self/fd/1 anew, as
// runc does; devices of the caller keep their owner (CVE-2026-88265).
void hand_over_stdio(const Root& root, uid_t uid) {
  const CloseTogether spent;
  for (int fd = 0; fd < 3; ++fd) {
    const struct stat facts = sys::fstat(fd);
    if (is_null_device(facts)) {
      const auto own = root.open_if_exists("/dev/null", O_PATH);
      if (!own || !is_null_device(sys::fstat(own->get()))) continue;
      sys::dup2(root.open("/dev/null", O_RDWR | O_NOCTTY).get(), fd);
    } else if (!S_ISCHR(facts.st_mode) && facts.st_uid != uid) {
      if (::fchown(fd, uid, static_cast<gid_t>(-1)) != 0 && errno != EPERM && errno != EROFS &&
          errno != EINVAL) {
        throw_errno("fchown");
      }
    }
  }
}

}  // namespace rt

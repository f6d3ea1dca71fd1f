// SPDX-License-Identifier: Apache-2.0
// One attempt, and what the kernel answered: {"ok":true} or {"ok":false,"errno":"EACCES"}.
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "json.h"
#include "probe.h"

namespace probe {
namespace {

std::string answer(long result) {
  Object out;
  if (result < 0) {
    return out.flag("ok", false).text("errno", errno_name(errno)).str();
  }
  return out.flag("ok", true).num("result", result).str();
}

// Opens every path with the flags; the answer is one object by path.
std::string each_open(const Args& paths, int flags) {
  Object all;
  for (const std::string& path : paths) {
    const int fd = open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    all.add(path, answer(fd));
    if (fd >= 0) {
      close(fd);
    }
  }
  return all.str();
}

std::string try_write(const Args& paths) {
  return each_open(paths, O_WRONLY);
}
std::string try_create(const Args& paths) {
  return each_open(paths, O_WRONLY | O_CREAT | O_EXCL);
}

// Reads up to 4 KiB: {"ok":true,"result":bytes}.
std::string try_read(const Args& paths) {
  Object all;
  for (const std::string& path : paths) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
      all.add(path, answer(-1));
      continue;
    }
    char buffer[4096];
    all.add(path, answer(read(fd, buffer, sizeof buffer)));
    close(fd);
  }
  return all.str();
}

std::string try_mkdir(const Args& paths) {
  Object all;
  for (const std::string& path : paths) {
    all.add(path, answer(mkdir(path.c_str(), 0755)));
  }
  return all.str();
}

// mknod PATH c|b|p MAJOR MINOR, and then an open of the node: {"mknod":…,"open":…}.
std::string try_mknod(const Args& args) {
  const mode_t type = args.at(1) == "b" ? S_IFBLK : args.at(1) == "p" ? S_IFIFO : S_IFCHR;
  const auto device = makedev(std::stoul(args.at(2)), std::stoul(args.at(3)));
  Object out;
  out.add("mknod", answer(mknod(args.at(0).c_str(), type | 0600, device)));
  const int fd = open(args.at(0).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  out.add("open", answer(fd));
  if (fd >= 0) {
    close(fd);
  }
  return out.str();
}

std::string try_kill(const Args& args) {
  return answer(kill(std::stoi(args.at(0)), std::stoi(args.at(1))));
}

// syscall NUMBER [ARG...], arguments as plain numbers.
std::string try_syscall(const Args& args) {
  unsigned long value[7] = {};
  for (std::size_t i = 0; i < args.size() && i < 7; ++i) {
    value[i] = std::stoul(args[i], nullptr, 0);
  }
  errno = 0;
  return answer(syscall(static_cast<long>(value[0]), value[1], value[2], value[3], value[4],
                        value[5], value[6]));
}

std::string try_mount(const Args& args) {
  return answer(mount(args.at(1).c_str(), args.at(2).c_str(), args.at(0).c_str(), 0, nullptr));
}

std::string try_remount_rw(const Args& args) {
  return answer(mount(nullptr, args.at(0).c_str(), nullptr, MS_REMOUNT | MS_BIND, nullptr));
}

std::string try_umount(const Args& args) {
  return answer(umount2(args.at(0).c_str(), 0));
}

std::string try_chown(const Args& args) {
  return answer(lchown(args.at(0).c_str(), static_cast<uid_t>(std::stoul(args.at(1))), 0));
}

std::string try_tiocsti(const Args& args) {
  const char c = 'x';
  return answer(ioctl(std::stoi(args.at(0)), TIOCSTI, &c));
}

// The interface's flags: {"ok":true,"result":1} when it is up.
std::string try_link_up(const Args& args) {
  ifreq request{};
  std::strncpy(request.ifr_name, args.at(0).c_str(), IFNAMSIZ - 1);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int rc = ioctl(fd, SIOCGIFFLAGS, &request);
  return answer(rc < 0 ? rc : (request.ifr_flags & IFF_UP));
}

// Maps BYTES of huge pages of the default size.
std::string try_huge(const Args& args) {
  void* memory = mmap(nullptr, std::stoul(args.at(0)), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
  return answer(memory == MAP_FAILED ? -1 : 0);
}

constexpr Fact kTries[] = {
    {"write", try_write},     {"create", try_create}, {"read", try_read},
    {"mkdir", try_mkdir},     {"mknod", try_mknod},   {"kill", try_kill},
    {"syscall", try_syscall}, {"mount", try_mount},   {"remount-rw", try_remount_rw},
    {"umount", try_umount},   {"chown", try_chown},   {"tiocsti", try_tiocsti},
    {"link-up", try_link_up}, {"huge", try_huge}};

}  // namespace

std::span<const Fact> tries() {
  return kTries;
}

}  // namespace probe

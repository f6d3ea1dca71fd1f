// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/namespaces.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {

namespace {

const char* file_of(std::uint32_t type) {
  switch (type) {
    case CLONE_NEWCGROUP:
      return "cgroup";
    case CLONE_NEWIPC:
      return "ipc";
    case CLONE_NEWNS:
      return "mnt";
    case CLONE_NEWNET:
      return "net";
    case CLONE_NEWPID:
      return "pid";
    case CLONE_NEWTIME:
      return "time";
    case CLONE_NEWUSER:
      return "user";
    default:
      return "uts";
  }
}

bool is_namespace_of(const char* process, const Fd& fd, std::uint32_t type) {
  struct stat found {};
  const std::string path = std::string("/proc/") + process + "/ns/" + file_of(type);
  return ::stat(path.c_str(), &found) == 0 && found.st_ino == sys::fstat(fd.get()).st_ino;
}

// To enter a root filesystem in a mount namespace replaces the root of everybody in it: there is
// no way back for the runtime's own, nor for the host's.
void refuse_if_of_the_host(const Fd& fd, const std::string& path) {
  if (!is_own_namespace(fd, CLONE_NEWNS) && !is_namespace_of("1", fd, CLONE_NEWNS)) return;
  throw Error(Code::kBadConfig,
              quoted(path) + " is the mount namespace of the host: it would lose its root",
              {.path = path});
}

}  // namespace

Fd open_namespace(const std::string& path, std::uint32_t type) {
  Fd fd = sys::open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  const int found = ::ioctl(fd.get(), NS_GET_NSTYPE);
  if (found < 0) {
    throw Error(Code::kBadConfig, quoted(path) + " is not a namespace", {.path = path});
  }
  if (static_cast<std::uint32_t>(found) != type) {
    throw Error(Code::kBadConfig, quoted(path) + " is a namespace of another type", {.path = path});
  }
  if (type == CLONE_NEWNS) refuse_if_of_the_host(fd, path);
  return fd;
}

bool is_own_namespace(const Fd& fd, std::uint32_t type) {
  return is_namespace_of("self", fd, type);
}

void join_namespaces(std::vector<JoinedNamespace> namespaces) {
  const auto rank = [](const JoinedNamespace& n) {
    if (n.type == CLONE_NEWUSER) return 1;
    return n.type == CLONE_NEWNS ? 2 : 0;
  };
  std::stable_sort(namespaces.begin(), namespaces.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  std::vector<const JoinedNamespace*> refused;
  for (const JoinedNamespace& one : namespaces) {
    try {
      sys::setns(one.fd.get(), static_cast<int>(one.type));
    } catch (const Error& e) {
      if (e.facts().error_number != EPERM || one.type == CLONE_NEWUSER) throw;
      refused.push_back(&one);
    }
    if (one.type != CLONE_NEWUSER) continue;
    for (const JoinedNamespace* late : std::exchange(refused, {})) {
      sys::setns(late->fd.get(), static_cast<int>(late->type));
    }
  }
  if (!refused.empty()) throw_errno_value(EPERM, "setns");
}

void unshare_user() {
  try {
    return sys::unshare(CLONE_NEWUSER);
  } catch (const Error& e) {
    const char* rule = nullptr;
    switch (e.facts().error_number) {
      case EPERM:
        rule =
            "this kernel or its security module keeps user namespaces from unprivileged users "
            "(sysctl kernel.unprivileged_userns_clone, "
            "kernel.apparmor_restrict_unprivileged_userns), or the caller is in a chroot";
        break;
      case ENOSPC:
        rule = "there are as many user namespaces as sysctl user.max_user_namespaces allows";
        break;
      case EUSERS:
        rule = "user namespaces are nested 32 deep";
        break;
      case EINVAL:
        rule = "this kernel has no user namespaces (CONFIG_USER_NS)";
        break;
      default:
        throw;
    }
    throw Error(Code::kUnsupported, "unshare: " + errno_text(e.facts().error_number) + ": " + rule,
                e.facts());
  }
}

void bring_loopback_up() {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) throw_errno("socket");
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) < 0) throw_errno("ioctl SIOCSIFFLAGS", "lo");
}

}  // namespace rt

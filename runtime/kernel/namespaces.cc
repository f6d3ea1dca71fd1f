// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/namespaces.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {

Fd open_namespace(const std::string& path, std::uint32_t type) {
  Fd fd = sys::open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  const int found = ::ioctl(fd.get(), NS_GET_NSTYPE);
  if (found < 0) {
    throw Error(Code::kBadConfig, quoted(path) + " is not a namespace", {.path = path});
  }
  if (static_cast<std::uint32_t>(found) != type) {
    throw Error(Code::kBadConfig, quoted(path) + " is a namespace of another type", {.path = path});
  }
  return fd;
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

void write_time_offsets(const Procfs& procfs, const std::string& offsets) {
  procfs.write("self/timens_offsets", offsets);
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

// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/sockets.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Fd connect_unix(const std::string& path) {
  // Always by the directory's descriptor: sun_path holds 107 bytes only.
  const Fd directory = sys::open(directory_of(path), O_PATH | O_DIRECTORY);
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::string reachable = "/proc/self/fd/" + std::to_string(directory.get()) + "/" + name;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (reachable.size() >= sizeof address.sun_path) throw_errno_value(ENAMETOOLONG, "connect", path);
  std::memcpy(address.sun_path, reachable.data(), reachable.size());
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) throw_errno("socket");
  // A listener with a full backlog must not hold us for ever.
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  (void)::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
    throw_errno("connect", path);
  }
  return socket;
}

void send_descriptor(const Fd& socket, int fd, std::string_view payload) {
  std::string bytes(payload);
  iovec part{.iov_base = bytes.data(), .iov_len = bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  while (::sendmsg(socket.get(), &message, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) throw_errno("sendmsg");
  }
}

void send_pidfd(const std::string& path, int pidfd, std::string_view kind) {
  if (path.empty()) return;
  const Context here("pidfd socket");
  send_descriptor(connect_unix(path), pidfd, kind);
}

}  // namespace rt

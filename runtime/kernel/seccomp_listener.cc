// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/seccomp_listener.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

// A path that does not fit into sockaddr_un is reached through its open directory.
struct Address {
  Fd directory{};
  sockaddr_un name{};
};

Address address_of(const std::string& path) {
  Address out;
  out.name.sun_family = AF_UNIX;
  std::string short_path = path;
  const std::size_t slash = path.rfind('/');
  if (path.size() >= sizeof out.name.sun_path && slash != path.npos) {
    out.directory = sys::open(path.substr(0, slash + 1), O_PATH | O_DIRECTORY);
    short_path =
        "/proc/self/fd/" + std::to_string(out.directory.get()) + "/" + path.substr(slash + 1);
  }
  if (short_path.size() >= sizeof out.name.sun_path)
    throw_errno_value(ENAMETOOLONG, "connect", path);
  std::memcpy(out.name.sun_path, short_path.c_str(), short_path.size() + 1);
  return out;
}

[[noreturn]] void too_late(const char* what) {
  throw Error(Code::kDeadline, what);
}

Fd connect_to(const std::string& path, const Deadline& deadline) {
  const Address address = address_of(path);
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.valid()) throw_errno("socket");
  while (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.name),
                   sizeof address.name) != 0) {
    // unix(7): EAGAIN, its queue is full. There is nothing to poll for.
    if (errno != EAGAIN && errno != EINTR) throw_errno("connect", path);
    if (deadline.passed()) too_late("the agent does not accept connections");
    (void)::poll(nullptr, 0, 5);
  }
  return socket;
}

// SC-34: the descriptor goes with the first byte.
std::size_t send_part(int socket_fd, std::string_view data, int with_fd, const Deadline& deadline) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{.iov_base = const_cast<char*>(data.data()), .iov_len = data.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (with_fd >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &with_fd, sizeof with_fd);
  }
  for (;;) {
    const ssize_t sent = ::sendmsg(socket_fd, &message, MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) throw_errno("sendmsg");
    pollfd wait{.fd = socket_fd, .events = POLLOUT, .revents = 0};
    if (sys::poll(std::span(&wait, 1), deadline) == 0) too_late("the agent does not read");
  }
}

}  // namespace

void send_to_seccomp_agent(const std::string& path, std::string_view container_process_state,
                           int notify_fd, const Deadline& deadline) {
  const Context here("seccomp agent", path);
  const Fd socket = connect_to(path, deadline);
  int with_fd = notify_fd;
  while (!container_process_state.empty()) {
    container_process_state.remove_prefix(
        send_part(socket.get(), container_process_state, with_fd, deadline));
    with_fd = -1;
  }
}

}  // namespace rt

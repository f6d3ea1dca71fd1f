// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/notify.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/container/sockets.h"

namespace rt {
namespace {

constexpr const char* kName = "notify.sock";
constexpr auto kBarrierPatience = std::chrono::seconds(30);

std::string host_socket() {
  const char* path = std::getenv("NOTIFY_SOCKET");  // NOLINT: rt has no threads
  return path == nullptr ? "" : path;
}

// A leading '@' is the abstract namespace (unix(7)).
std::pair<sockaddr_un, socklen_t> address_of(const std::string& path) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  if (path.size() >= sizeof out.sun_path) throw_errno_value(ENAMETOOLONG, "bind", path);
  std::memcpy(out.sun_path, path.data(), path.size());
  if (path.front() == '@') out.sun_path[0] = '\0';
  return {out, static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size())};
}

Fd datagram_socket() {
  Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) throw_errno("socket");
  return socket;
}

Fd connect_host(const std::string& path) {
  Fd socket = datagram_socket();
  const auto [address, size] = address_of(path);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) < 0) {
    throw_errno("connect", path);
  }
  return socket;
}

void send_line(const Fd& socket, const std::string& line) {
  if (::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) throw_errno("send");
}

// The service manager closes the descriptor when it has handled everything before it.
void wait_for_barrier(const Fd& socket) {
  auto [ours, theirs] = sys::pipe();
  send_descriptor(socket, theirs.get(), "BARRIER=1");
  theirs.reset();
  pollfd one{.fd = ours.get(), .events = POLLIN, .revents = 0};
  (void)sys::poll({&one, 1}, Deadline::in(kBarrierPatience));
}

}  // namespace

bool notify_wanted() {
  return !host_socket().empty();
}

std::optional<NotifyRelay> NotifyRelay::open(const StateDir& dir) {
  if (!notify_wanted()) return {};
  const auto directory = sys::open_at_if_exists(dir.fd(), kNotifyDirectory, O_PATH | O_DIRECTORY);
  if (!directory) return {};
  const Context here("sd_notify");
  sys::unlink_at_if_exists(directory->get(), kName);
  Fd socket = datagram_socket();
  const auto [address, size] =
      address_of("/proc/self/fd/" + std::to_string(directory->get()) + "/" + kName);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) < 0) {
    throw_errno("bind", kName);
  }
  // Any user of the container may report.
  if (::fchmodat(directory->get(), kName, 0777, 0) < 0) throw_errno("chmod", kName);
  return NotifyRelay(std::move(socket), host_socket());
}

bool NotifyRelay::pass_on(pid_t main_pid) {
  std::array<char, 4096> buffer{};
  const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size <= 0) return false;
  for (const std::string_view line :
       split_lines(std::string_view(buffer.data(), static_cast<std::size_t>(size)))) {
    if (!line.starts_with("READY=")) continue;
    const Fd host = connect_host(host_path_);
    send_line(host, std::string(line) + "\n");
    send_line(host, "MAINPID=" + std::to_string(main_pid));
    wait_for_barrier(host);
    return true;
  }
  return false;
}

void NotifyRelay::wait_ready(int init_pidfd, pid_t main_pid) {
  const Context here("sd_notify");
  while (true) {
    std::array<pollfd, 2> fds{pollfd{.fd = socket_.get(), .events = POLLIN, .revents = 0},
                              pollfd{.fd = init_pidfd, .events = POLLIN, .revents = 0}};
    (void)sys::poll(fds, Deadline::never());
    if (fds[0].revents != 0 && pass_on(main_pid)) return;
    if (fds[0].revents == 0 && fds[1].revents != 0) return;
  }
}

}  // namespace rt

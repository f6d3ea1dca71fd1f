// SPDX-License-Identifier: Apache-2.0
// Takes a seccomp listener from a runtime and answers its notifications.
//
//   seccomp_agent SOCKET REPORT errno N | value N | continue
//
// REPORT gets the container process state as it came, REPORT.meta {"fds","closed"}. Every
// notification is answered in the same way and printed as "notified NUMBER"; the program ends when
// no filtered process is left, or after 20 s of silence (status 3).
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "integration/lib/unix_socket.h"

namespace {

int answer_all(int listener, const std::string& how, long value) {
  for (;;) {
    pollfd ready{listener, POLLIN, 0};
    if (poll(&ready, 1, 20000) <= 0) {
      return 3;
    }
    if ((ready.revents & POLLIN) == 0) {
      return 0;
    }
    seccomp_notif request{};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) != 0) {
      continue;
    }
    std::printf("notified %d\n", request.data.nr);
    std::fflush(stdout);
    seccomp_notif_resp reply{};
    reply.id = request.id;
    if (how == "errno") {
      reply.error = static_cast<int>(-value);
    } else if (how == "value") {
      reply.val = value;
    } else {
      reply.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    }
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
  }
}

// The rest of the state may follow in further sends; the descriptor comes with the first.
// True when the sender closed the connection, false when it was silent for 300 ms.
bool receive_rest(int connection, std::string& payload) {
  for (;;) {
    pollfd ready{connection, POLLIN, 0};
    if (poll(&ready, 1, 300) <= 0) {
      return false;
    }
    const testlib::Message more = testlib::receive(connection);
    if (more.payload.empty()) {
      return true;
    }
    payload += more.payload;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: seccomp_agent SOCKET REPORT errno N|value N|continue\n");
    return 1;
  }
  const int socket = testlib::listen_on(argv[1]);
  const int connection = testlib::accept_from(socket);
  testlib::Message first = testlib::receive(connection);
  const std::size_t fds = first.fds.size();
  const bool closed = receive_rest(connection, first.payload);
  testlib::write_file(
      std::string(argv[2]) + ".meta",
      "{\"fds\":" + std::to_string(fds) + ",\"closed\":" + (closed ? "true" : "false") + "}\n");
  testlib::write_file(argv[2], first.payload);
  if (fds != 1) {
    return 2;
  }
  return answer_all(first.fds.front(), argv[3], argc > 4 ? std::atol(argv[4]) : 0);
}

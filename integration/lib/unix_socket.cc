// SPDX-License-Identifier: Apache-2.0
#include "unix_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace testlib {

void give_up(const std::string& what) {
  std::perror(what.c_str());
  std::exit(1);
}

int listen_on(const std::string& path) {
  const int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  std::string name = path;
  if (const auto slash = path.rfind('/'); slash != std::string::npos) {
    if (chdir(path.substr(0, slash + 1).c_str()) != 0) {
      give_up("chdir " + path);
    }
    name = path.substr(slash + 1);
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof address.sun_path) {
    give_up("name too long: " + name);
  }
  std::memcpy(address.sun_path, name.c_str(), name.size());
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 8) != 0) {
    give_up("listen on " + path);
  }
  if (fchdir(here) != 0) {
    give_up("fchdir");
  }
  close(here);
  return listener;
}

int accept_from(int listener) {
  const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection < 0) {
    give_up("accept");
  }
  return connection;
}

Message receive(int connection) {
  std::vector<char> data(65536);
  alignas(cmsghdr) char control[CMSG_SPACE(16 * sizeof(int))] = {};
  iovec part{data.data(), data.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  const ssize_t n = recvmsg(connection, &header, MSG_CMSG_CLOEXEC);
  if (n < 0) {
    give_up("recvmsg");
  }
  Message message;
  message.payload.assign(data.data(), static_cast<std::size_t>(n));
  message.truncated = (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
      const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < count; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
        message.fds.push_back(fd);
      }
    }
  }
  return message;
}

void write_all(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(fd, text.data() + done, text.size() - done);
    if (n <= 0) {
      return;
    }
    done += static_cast<std::size_t>(n);
  }
}

void write_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) {
    give_up("open " + temporary);
  }
  write_all(fd, text);
  close(fd);
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    give_up("rename " + path);
  }
}

std::string quote_json(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    char escaped[8];
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '"' || c == '\\') {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace testlib

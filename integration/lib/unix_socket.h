// SPDX-License-Identifier: Apache-2.0
// The receiving half of the sockets that a runtime connects to: listen, accept, one message with
// its descriptors. For the small programs of the tests only: every failure ends the program.
#pragma once

#include <string>
#include <vector>

namespace testlib {

struct Message {
  std::string payload;
  std::vector<int> fds;
  bool truncated = false;
};

// Prints "what: error text" and exits with status 1.
[[noreturn]] void give_up(const std::string& what);

// Listens on PATH, which may be longer than sun_path holds: the directory is entered for the bind.
int listen_on(const std::string& path);

int accept_from(int listener);

// One recvmsg of at most 64 KiB.
Message receive(int connection);

// Writes the file under a temporary name and renames it, so that a reader never sees half of it.
void write_file(const std::string& path, const std::string& text);

void write_all(int fd, const std::string& text);

std::string quote_json(const std::string& text);

}  // namespace testlib

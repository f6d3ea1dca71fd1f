// SPDX-License-Identifier: Apache-2.0
// Takes a console master from a runtime, as a manager does, and plays a person at the terminal.
//
//   recvtty SOCKET REPORT [--size ROWSxCOLS] [--expect TEXT] [--send TEXT]...
//
// REPORT gets {"payload_length","payload","fds","tty","closed"} once the message is there. Only a
// message of 1 to 4095 bytes with exactly one descriptor is a console: anything else ends with
// status 2. "closed" tells whether the sender closed the socket after it. --expect waits until the
// output holds the text (counted from the last match), --send types it. The output goes to stdout
// until the last slave is closed. A wait longer than 20 s ends with status 3.
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "integration/lib/unix_socket.h"

namespace {

using testlib::Message;

struct Step {
  std::string kind;
  std::string text;
};

// Unescapes \n and \x03-like control letters written as \c (interrupt) and \d (end of file).
std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'n' ? '\n' : c == 'c' ? '\x03' : c == 'd' ? '\x04' : c;
  }
  return out;
}

class Terminal {
 public:
  explicit Terminal(int master) : master_(master) {}

  // Reads once; false when every slave is closed, or nothing came for too long.
  bool pump() {
    pollfd ready{master_, POLLIN, 0};
    if (poll(&ready, 1, 20000) <= 0) {
      std::fprintf(stderr, "recvtty: nothing came for 20 s\n");
      std::exit(3);
    }
    char buffer[4096];
    const ssize_t n = read(master_, buffer, sizeof buffer);
    if (n <= 0) {
      return false;
    }
    testlib::write_all(1, std::string(buffer, static_cast<std::size_t>(n)));
    seen_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  bool expect(const std::string& text) {
    for (;;) {
      if (const auto at = seen_.find(text); at != std::string::npos) {
        seen_.erase(0, at + text.size());
        return true;
      }
      if (!pump()) {
        return false;
      }
    }
  }

  void send(const std::string& text) const { testlib::write_all(master_, unescape(text)); }

  void resize(const std::string& size) const {
    winsize window{};
    if (std::sscanf(size.c_str(), "%hux%hu", &window.ws_row, &window.ws_col) == 2) {
      ioctl(master_, TIOCSWINSZ, &window);
    }
  }

 private:
  int master_;
  std::string seen_;
};

void report(const std::string& path, const Message& message, bool closed) {
  const bool tty = message.fds.size() == 1 && isatty(message.fds.front()) == 1;
  testlib::write_file(path, "{\"payload_length\":" + std::to_string(message.payload.size()) +
                                ",\"payload\":" + testlib::quote_json(message.payload) +
                                ",\"fds\":" + std::to_string(message.fds.size()) +
                                ",\"tty\":" + (tty ? "true" : "false") +
                                ",\"closed\":" + (closed ? "true" : "false") + "}\n");
}

// The sender says nothing more and closes: end of file within 5 s.
bool closed_after(int connection) {
  pollfd ready{connection, POLLIN, 0};
  char byte = 0;
  return poll(&ready, 1, 5000) == 1 && read(connection, &byte, 1) == 0;
}

int play(Terminal terminal, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (step.kind == "--send") {
      terminal.send(step.text);
    } else if (step.kind == "--size") {
      terminal.resize(step.text);
    } else if (!terminal.expect(step.text)) {
      std::fprintf(stderr, "recvtty: closed before \"%s\" came\n", step.text.c_str());
      return 4;
    }
  }
  while (terminal.pump()) {
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc % 2 == 0) {
    std::fprintf(stderr, "usage: recvtty SOCKET REPORT [--size|--expect|--send VALUE]...\n");
    return 1;
  }
  std::vector<Step> steps;
  for (int i = 3; i + 1 < argc; i += 2) {
    steps.push_back({argv[i], argv[i + 1]});
  }
  const int listener = testlib::listen_on(argv[1]);
  const int connection = testlib::accept_from(listener);
  const Message message = testlib::receive(connection);
  report(argv[2], message, closed_after(connection));
  if (message.truncated || message.payload.empty() || message.payload.size() > 4095 ||
      message.fds.size() != 1) {
    return 2;
  }
  return play(Terminal(message.fds.front()), steps);
}

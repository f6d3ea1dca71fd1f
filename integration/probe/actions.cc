// SPDX-License-Identifier: Apache-2.0
// Workloads: what a container's program does while the tests look at it.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "json.h"
#include "probe.h"

namespace probe {
namespace {

volatile std::sig_atomic_t g_signal = 0;

void remember(int number) {
  g_signal = number;
}

void say(const std::string& line) {
  const std::string text = line + "\n";
  (void)!write(1, text.data(), text.size());
}

void sleep_until_signal() {
  sigset_t none;
  sigemptyset(&none);
  while (g_signal == 0) {
    sigsuspend(&none);
  }
}

// Says "ready", sleeps until SIGTERM (or one of the signals given), says which, exits 0.
int wait_for_signal(const Args& args) {
  struct sigaction action {};
  action.sa_handler = remember;
  sigaction(SIGTERM, &action, nullptr);
  for (const std::string& arg : args) {
    sigaction(std::stoi(arg), &action, nullptr);
  }
  say("ready");
  sleep_until_signal();
  say("signal " + std::to_string(g_signal));
  return 0;
}

// Sleeps with every signal at its default.
int sleep_forever(const Args& /*args*/) {
  while (true) {
    pause();
  }
}

int ignore_term(const Args& /*args*/) {
  signal(SIGTERM, SIG_IGN);
  say("ready");
  return sleep_forever({});
}

int exit_with(const Args& args) {
  return std::stoi(args.at(0));
}

int die_of(const Args& args) {
  const int number = std::stoi(args.at(0));
  signal(number, SIG_DFL);
  kill(getpid(), number);
  pause();
  return 99;
}

// Forks N sleeping children or as many as it may, prints how many, and why it stopped.
int fork_children(const Args& args) {
  const int wanted = std::stoi(args.at(0));
  int made = 0;
  int error = 0;
  for (; made < wanted; ++made) {
    const pid_t child = fork();
    if (child == 0) {
      sleep_forever({});
    }
    if (child < 0) {
      error = errno;
      break;
    }
  }
  say(Object().num("forked", made).text("errno", error == 0 ? "" : errno_name(error)).str());
  return args.size() > 1 && args[1] == "stay" ? wait_for_signal({}) : 0;
}

// Touches BYTES of memory, prints "ate".
int eat(const Args& args) {
  const std::size_t bytes = std::stoul(args.at(0));
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    say("no memory");
    return 1;
  }
  std::memset(memory, 1, bytes);
  say("ate " + std::to_string(bytes));
  return 0;
}

// Uses the processor for MS of wall time, prints how much it got: {"wall_ms":…,"cpu_ms":…}.
int burn(const Args& args) {
  const long limit_ms = std::stol(args.at(0));
  const auto now_ms = [](clockid_t clock) {
    timespec t{};
    clock_gettime(clock, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
  };
  const long begin = now_ms(CLOCK_MONOTONIC);
  while (now_ms(CLOCK_MONOTONIC) - begin < limit_ms) {
  }
  say(Object()
          .num("wall_ms", now_ms(CLOCK_MONOTONIC) - begin)
          .num("cpu_ms", now_ms(CLOCK_PROCESS_CPUTIME_ID))
          .str());
  return 0;
}

int print_fd(const Args& args) {
  const int fd = std::stoi(args.at(0));
  char buffer[4096];
  const ssize_t n = read(fd, buffer, sizeof buffer);
  if (n < 0) {
    say("errno " + errno_name(errno));
    return 1;
  }
  (void)!write(1, buffer, static_cast<std::size_t>(n));
  return 0;
}

// Sends TEXT to the socket that NOTIFY_SOCKET names, then waits for SIGTERM.
int notify(const Args& args) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr) {
    say("no NOTIFY_SOCKET");
    return 1;
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const std::string& text = args.at(0);
  if (sendto(fd, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&address),
             sizeof address) < 0) {
    say("errno " + errno_name(errno));
    return 1;
  }
  return wait_for_signal({});
}

// Reads lines from the standard input and answers "got LINE" until "quit".
int converse(const Args& /*args*/) {
  char line[256];
  say("hello");
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    line[std::strcspn(line, "\r\n")] = '\0';
    if (std::strcmp(line, "quit") == 0) {
      return 7;
    }
    say(std::string("got ") + line);
  }
  return 0;
}

// Runs COMMAND... and prints "status N". Orphans become its children, and it waits for none: they
// stay zombies.
int adopt(const Args& args) {
  std::vector<char*> command;
  for (const std::string& arg : args) command.push_back(const_cast<char*>(arg.c_str()));
  command.push_back(nullptr);
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  const pid_t child = fork();
  if (child == 0) {
    execv(command[0], command.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  say("status " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : 128));
  return sleep_forever({});
}

constexpr Action kActions[] = {{"wait", wait_for_signal},
                               {"sleep", sleep_forever},
                               {"ignore-term", ignore_term},
                               {"exit", exit_with},
                               {"die", die_of},
                               {"fork", fork_children},
                               {"eat", eat},
                               {"burn", burn},
                               {"read-fd", print_fd},
                               {"notify", notify},
                               {"converse", converse},
                               {"adopt", adopt}};

}  // namespace

std::span<const Action> actions() {
  return kActions;
}

}  // namespace probe

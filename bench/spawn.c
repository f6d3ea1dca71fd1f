// SPDX-License-Identifier: Apache-2.0
//
// The clock of the bench: starts programs one after the other and tells what each cost. It is small
// and static, so that what it adds (one vfork and exec) is little and alike for all, and so that
// its own memory does not show in the peak of a program (exec keeps the highest mark of the old
// image).
//
//   spawn [-t] [-a] [-k] [-r] [-q SOCKET] [-p PIDFILE] [-s SECONDS] STEP [';' STEP]...
//
//   -t       each program gets a terminal of its own as stdin, stdout and stderr
//   -a       all programs at once
//   -k       what the programs leave running is kept, and not counted
//   -r       with real-time priority: other work of the machine waits
//   -q       somebody listens on SOCKET, for --console-socket
//   -s       after so many seconds all is lost (60)
// A step is a program by its path with its arguments, or
//   @gone    waits until the process in PIDFILE, an orphan of the programs before, is gone; not
//   measured
//   @memory  looks at the peak memory of the process in PIDFILE; not measured
//
// Prints words: "step STATUS WALL_NS PEAK_KIB" for each program, "init PEAK_KIB", with -a instead
// "all COUNT FAILED WALL_NS", and at the end "cpu USER_US SYSTEM_US", of all processes that the
// programs left or waited for.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char** environ;

static int terminal;  // -t
static int null_fd;   // stdin and stdout of programs without a terminal
static const char* pid_file;

static void die(const char* what) {
  perror(what);
  exit(99);
}

static long long now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

// In the child of a vfork: no memory of the parent's may change.
static void become(char** argv, int slave) {
  if (slave >= 0) {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    for (int fd = 0; fd < 3; ++fd) dup2(slave, fd);
  } else {
    dup2(null_fd, 0);
    dup2(null_fd, 1);
  }
  execve(argv[0], argv, environ);
  _exit(127);
}

// The child ends up in the program with these streams. Not inlined: the caller's variables stay out
// of the vfork.
__attribute__((noinline)) static pid_t start_program(char** argv, int slave) {
  const pid_t pid = vfork();
  if (pid < 0) die("vfork");
  if (pid == 0) become(argv, slave);
  return pid;
}

static void open_terminal(int* master, int* slave) {
  if (openpty(master, slave, NULL, NULL, NULL) != 0) die("openpty");
  fcntl(*master, F_SETFD, FD_CLOEXEC);
  fcntl(*slave, F_SETFD, FD_CLOEXEC);
}

static void run_step(char** argv) {
  int master = -1;
  int slave = -1;
  if (terminal) open_terminal(&master, &slave);
  const long long start = now_ns();
  const pid_t pid = start_program(argv, slave);
  int status = 0;
  struct rusage used;
  while (wait4(pid, &status, 0, &used) != pid)
    if (errno != EINTR) die("wait4");
  const long long wall = now_ns() - start;
  if (master >= 0) {
    // What was said on the terminal is the error message, if it failed.
    char text[4096];
    fcntl(master, F_SETFL, O_NONBLOCK);
    const ssize_t n = read(master, text, sizeof text);
    if (n > 0 && status != 0 && write(2, text, (size_t)n) < 0) die("write");
    close(master);
    close(slave);
  }
  printf("step %d %lld %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
         wall, used.ru_maxrss);
}

static pid_t read_pid(void) {
  FILE* file = fopen(pid_file ? pid_file : "", "re");
  int pid = 0;
  if (!file || fscanf(file, "%d", &pid) != 1) die("pid file");
  fclose(file);
  return pid;
}

static void print_memory(void) {
  char path[64];
  char line[256];
  long peak = -1;
  snprintf(path, sizeof path, "/proc/%d/status", read_pid());
  FILE* file = fopen(path, "re");
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "VmHWM: %ld", &peak) == 1) break;
  if (file) fclose(file);
  printf("init %ld\n", peak);
}

static void wait_gone(void) {
  const pid_t pid = read_pid();
  while (waitpid(pid, NULL, 0) != pid) {
    if (errno == ECHILD) return;
    if (errno != EINTR) die("waitpid");
  }
}

static void go_first(void) {
  const struct sched_param lowest = {.sched_priority = 1};
  if (sched_setscheduler(0, SCHED_RR, &lowest) != 0) die("sched_setscheduler");
}

static void listen_at(const char* path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  // Nobody accepts: what is sent stays in the queue, and holds the terminal open, until we end.
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  unlink(path);
  if (fd < 0 || bind(fd, (struct sockaddr*)&address, sizeof address) != 0 || listen(fd, 8) != 0)
    die(path);
}

// Cuts the next step off; the words of it end with NULL.
static char** next_step(char*** word) {
  char** begin = *word;
  while (**word && strcmp(**word, ";") != 0) ++*word;
  if (**word) *(*word)++ = NULL;
  return begin;
}

static void run_at_once(char** word) {
  static pid_t started[1024];
  int count = 0;
  int failed = 0;
  const long long start = now_ns();
  while (*word) {
    if (count == 1024) exit(98);
    started[count++] = start_program(next_step(&word), -1);
  }
  for (int left = count; left > 0;) {
    int status = 0;
    const pid_t pid = wait(&status);
    if (pid < 0) die("wait");
    // Others are orphans.
    for (int i = 0; i < count; ++i) {
      if (started[i] != pid) continue;
      --left;
      if (status != 0) ++failed;
    }
  }
  printf("all %d %d %lld\n", count, failed, now_ns() - start);
}

static void run_in_turn(char** word) {
  while (*word) {
    char** begin = next_step(&word);
    if (strcmp(*begin, "@gone") == 0) {
      wait_gone();
    } else if (strcmp(*begin, "@memory") == 0) {
      print_memory();
    } else {
      run_step(begin);
    }
  }
}

int main(int argc, char** argv) {
  int option = 0;
  int at_once = 0;
  int keep = 0;
  unsigned limit_s = 60;
  while ((option = getopt(argc, argv, "+takrq:p:s:")) != -1) {
    if (option == 't') terminal = 1;
    if (option == 'a') at_once = 1;
    if (option == 'k') keep = 1;
    if (option == 'r') go_first();
    if (option == 'q') listen_at(optarg);
    if (option == 'p') pid_file = optarg;
    if (option == 's') limit_s = (unsigned)atoi(optarg);
    if (option == '?') return 98;
  }
  null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  // Orphans come to us, so that their time is counted.
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) die("prctl");
  setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
  alarm(limit_s);
  if (at_once) {
    run_at_once(argv + optind);
  } else {
    run_in_turn(argv + optind);
  }
  while (!keep && (wait(NULL) > 0 || errno == EINTR)) continue;
  struct rusage all;
  getrusage(RUSAGE_CHILDREN, &all);
  printf("cpu %lld %lld\n", all.ru_utime.tv_sec * 1000000LL + all.ru_utime.tv_usec,
         all.ru_stime.tv_sec * 1000000LL + all.ru_stime.tv_usec);
  return 0;
}

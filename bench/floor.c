// SPDX-License-Identifier: Apache-2.0
//
// The floor: what the kernel itself takes for the container of bench/config.json. It makes the same
// namespaces, mounts, masks, devices, cgroup, limits and exec, in the fewest calls, and does
// nothing else: no configuration is read, nothing is checked, nothing is kept. No runtime can be
// faster than this.
//
//   floor run ROOTFS CGROUP [-u] [-m COUNT -d DIR] [-k COUNT -x HOOK] [-f FILTER] [-t]
//   floor exec PID CGROUP [-u] [-f FILTER] [-t]
//
//   -u   with a user namespace, container ids at 100000
//   -m   with COUNT read-only bind mounts of DIR
//   -k   with COUNT hooks, programs HOOK of the host that come before pivot_root
//   -f   with the seccomp program in FILTER (an array of struct sock_filter)
//   -t   with a terminal inside
// CGROUP is the folder of the cgroup, which run makes and removes.
#define _GNU_SOURCE
#include "bench/floor.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char** environ;

void must(long result, const char* what) {
  if (result >= 0) return;
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  _exit(1);
}

// Lets the default devices pass, as the runtimes' programs do, by type and number.
static int device_program(void) {
  const struct bpf_insn program[] = {
      {BPF_LDX | BPF_MEM | BPF_W, 2, 1, 0, 0},       // r2 = access_type
      {BPF_ALU | BPF_AND | BPF_K, 2, 0, 0, 0xffff},  // the device's type
      {BPF_LDX | BPF_MEM | BPF_W, 3, 1, 4, 0},       // r3 = major
      {BPF_LDX | BPF_MEM | BPF_W, 4, 1, 8, 0},       // r4 = minor
      {BPF_JMP | BPF_JNE | BPF_K, 2, 0, 6, BPF_DEVCG_DEV_CHAR},
      {BPF_JMP | BPF_JEQ | BPF_K, 3, 0, 3, 136},  // terminals
      {BPF_JMP | BPF_JEQ | BPF_K, 3, 0, 2, 5},    // tty, console, ptmx
      {BPF_JMP | BPF_JNE | BPF_K, 3, 0, 3, 1},    // null, zero, full, random, urandom
      {BPF_JMP | BPF_JGT | BPF_K, 4, 0, 2, 9},
      {BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1},
      {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
      {BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
      {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
  };
  union bpf_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attr.insns = (uintptr_t)program;
  attr.insn_cnt = sizeof program / sizeof *program;
  attr.license = (uintptr_t) "Apache-2.0";
  const long fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr);
  must(fd, "device program");
  return (int)fd;
}

static void restrict_devices(int cgroup) {
  union bpf_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.target_fd = (uint32_t)cgroup;
  attr.attach_bpf_fd = (uint32_t)device_program();
  attr.attach_type = BPF_CGROUP_DEVICE;
  attr.attach_flags = BPF_F_ALLOW_MULTI;
  must(syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof attr), "device program of the cgroup");
}

static void put(const char* path, const char* text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  must(fd, path);
  must(write(fd, text, strlen(text)), path);
  close(fd);
}

static void map_ids(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
  put(path, "0 100000 65536");
  snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
  put(path, "0 100000 65536");
}

static void run_hooks(const struct Plan* plan) {
  char* argv[] = {plan->hook, NULL};
  for (int i = 0; i < plan->hooks; ++i) {
    const pid_t pid = vfork();
    must(pid, "vfork");
    if (pid == 0) {
      execve(plan->hook, argv, environ);
      _exit(127);
    }
    must(waitpid(pid, NULL, 0), "wait for a hook");
  }
}

// The child waits for the id maps and for the hooks, if there are any: one byte each way.
static void meet(const struct Plan* plan, int wire, pid_t pid) {
  char byte = 0;
  if (plan->userns) {
    map_ids(pid);
    must(write(wire, &byte, 1), "tell the child");
  }
  if (plan->hooks > 0) {
    must(read(wire, &byte, 1), "hear the child");
    run_hooks(plan);
    must(write(wire, &byte, 1), "tell the child");
  }
}

static int run(const struct Plan* plan) {
  int wire[2] = {-1, -1};
  int status = 1;
  must(mkdir(plan->cgroup, 0755), plan->cgroup);
  const int cgroup = open(plan->cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  must(cgroup, plan->cgroup);
  restrict_devices(cgroup);
  if (plan->userns || plan->hooks > 0)
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, wire), "socketpair");
  struct clone_args args = {
      .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
               CLONE_INTO_CGROUP | (plan->userns ? CLONE_NEWUSER : 0U),
      .exit_signal = SIGCHLD,
      .cgroup = (uint64_t)cgroup,
  };
  const pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);
  must(pid, "clone3");
  if (pid == 0) become_container(plan, wire[1]);
  meet(plan, wire[0], pid);
  must(waitpid(pid, &status, 0), "wait");
  must(rmdir(plan->cgroup), plan->cgroup);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int join(const struct Plan* plan) {
  int status = 1;
  const int target = (int)syscall(SYS_pidfd_open, plan->pid, 0);
  must(target, "pidfd_open");
  const int cgroup = open(plan->cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  must(cgroup, plan->cgroup);
  must(setns(target, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
                         (plan->userns ? CLONE_NEWUSER : 0)),
       "setns");
  struct clone_args args = {
      .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t)cgroup};
  const pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);
  must(pid, "clone3");
  if (pid == 0) become_process(plan);
  must(waitpid(pid, &status, 0), "wait");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char** argv) {
  struct Plan plan = {.rootfs = argc > 3 ? argv[2] : "", .cgroup = argc > 3 ? argv[3] : ""};
  int option = 0;
  if (argc < 4) return 98;
  optind = 4;
  while ((option = getopt(argc, argv, "um:d:k:x:f:t")) != -1) {
    if (option == 'u') plan.userns = 1;
    if (option == 'm') plan.mounts = atoi(optarg);
    if (option == 'd') plan.source = optarg;
    if (option == 'k') plan.hooks = atoi(optarg);
    if (option == 'x') plan.hook = optarg;
    if (option == 'f') read_filter(&plan, optarg);
    if (option == 't') plan.terminal = 1;
    if (option == '?') return 98;
  }
  plan.pid = atoi(plan.rootfs);
  return strcmp(argv[1], "run") == 0 ? run(&plan) : join(&plan);
}

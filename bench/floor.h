// SPDX-License-Identifier: Apache-2.0
//
// The two halves of the floor program: floor.c is outside of the container, floor_inside.c inside.
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

struct Plan {
  char* rootfs;
  char* cgroup;
  char* source;  // of the further mounts
  char* hook;
  unsigned short filter_length;
  int mounts;
  int hooks;
  int userns;
  int terminal;
  pid_t pid;  // of the container, for exec
};

// Ends the program with errno when the result is negative.
void must(long result, const char* what);

void read_filter(struct Plan* plan, const char* path);

// In the first process of the new namespaces: makes the root and runs /bin/true there.
_Noreturn void become_container(const struct Plan* plan, int wire);

// In the namespaces of a container that runs.
_Noreturn void become_process(const struct Plan* plan);

#endif

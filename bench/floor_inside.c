// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "bench/floor.h"

enum { kNoAll = MS_NOSUID | MS_NOEXEC | MS_NODEV };

static void mount_one(const char* source, const char* target, const char* type, unsigned long flags,
                      const char* data) {
  must(mount(source, target, type, flags, data), target);
}

static void mount_system(void) {
  mount_one("proc", "proc", "proc", 0, NULL);
  mount_one("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
  must(mkdir("dev/pts", 0755), "dev/pts");
  must(mkdir("dev/shm", 0755), "dev/shm");
  must(mkdir("dev/mqueue", 0755), "dev/mqueue");
  mount_one("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
            "newinstance,ptmxmode=0666,mode=0620,gid=5");
  mount_one("shm", "dev/shm", "tmpfs", kNoAll, "mode=1777,size=65536k");
  mount_one("mqueue", "dev/mqueue", "mqueue", kNoAll, NULL);
  mount_one("sysfs", "sys", "sysfs", kNoAll | MS_RDONLY, NULL);
  mount_one("cgroup", "sys/fs/cgroup", "cgroup2", kNoAll | MS_RELATIME | MS_RDONLY, NULL);
}

// A user namespace may not make nodes: the host's are bound.
static void make_device(const struct Plan* plan, const char* path, unsigned major, unsigned minor) {
  if (plan->userns) {
    const int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    must(fd, path);
    close(fd);
    char host[32];
    snprintf(host, sizeof host, "/%s", path);
    mount_one(host, path, NULL, MS_BIND, NULL);
  } else {
    must(mknod(path, S_IFCHR | 0666, makedev(major, minor)), path);
  }
}

static void make_devices(const struct Plan* plan) {
  umask(0);
  make_device(plan, "dev/null", 1, 3);
  make_device(plan, "dev/zero", 1, 5);
  make_device(plan, "dev/full", 1, 7);
  make_device(plan, "dev/random", 1, 8);
  make_device(plan, "dev/urandom", 1, 9);
  make_device(plan, "dev/tty", 5, 0);
  umask(022);
  must(symlink("/proc/self/fd", "dev/fd"), "dev/fd");
  must(symlink("/proc/self/fd/0", "dev/stdin"), "dev/stdin");
  must(symlink("/proc/self/fd/1", "dev/stdout"), "dev/stdout");
  must(symlink("/proc/self/fd/2", "dev/stderr"), "dev/stderr");
  must(symlink("pts/ptmx", "dev/ptmx"), "dev/ptmx");
}

static void hide_paths(void) {
  static const char* const masked[] = {
      "/proc/acpi",          "/proc/asound",     "/proc/kcore",       "/proc/keys",
      "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
      "/proc/scsi",          "/sys/firmware"};
  static const char* const readonly[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                         "/proc/sysrq-trigger"};
  for (size_t i = 0; i < sizeof masked / sizeof *masked; ++i) {
    // Only the mount itself tells files from folders, and what is not there.
    if (mount("/dev/null", masked[i], NULL, MS_BIND, NULL) == 0 || errno == ENOENT) continue;
    mount_one("tmpfs", masked[i], "tmpfs", MS_RDONLY, NULL);
  }
  for (size_t i = 0; i < sizeof readonly / sizeof *readonly; ++i) {
    if (mount(readonly[i], readonly[i], NULL, MS_BIND | MS_REC, NULL) != 0) continue;
    mount_one(NULL, readonly[i], NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | kNoAll, NULL);
  }
}

static void mount_more(const struct Plan* plan) {
  char path[32];
  for (int i = 0; i < plan->mounts; ++i) {
    snprintf(path, sizeof path, "mnt/%d", i);
    mount_one(plan->source, path, NULL, MS_BIND, NULL);
    mount_one(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL);
  }
}

static void enter_root(void) {
  must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
  must(umount2(".", MNT_DETACH), "umount");
  must(chdir("/"), "chdir");
}

static struct sock_filter filter[BPF_MAXINSNS];

// The file is one of the host: read before anything is entered.
void read_filter(struct Plan* plan, const char* path) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  must(fd, path);
  const ssize_t size = read(fd, filter, sizeof filter);
  must(size, path);
  close(fd);
  plan->filter_length = (unsigned short)((size_t)size / sizeof *filter);
}

static void load_filter(const struct Plan* plan) {
  const struct sock_fprog program = {.len = plan->filter_length, .filter = filter};
  must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp");
}

// The capabilities of bench/config.json: kill, net_bind_service, audit_write.
static void drop_privileges(void) {
  enum { kKept = 1U << CAP_KILL | 1U << CAP_NET_BIND_SERVICE | 1U << CAP_AUDIT_WRITE };
  for (int cap = 0; cap <= CAP_LAST_CAP; ++cap)
    if (cap > 31 || (kKept & 1U << cap) == 0)
      must(prctl(PR_CAPBSET_DROP, cap, 0, 0, 0), "bounding set");
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  const struct __user_cap_data_struct data[2] = {{.effective = kKept, .permitted = kKept}};
  must(syscall(SYS_capset, &header, data), "capset");
  must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges");
}

static void take_terminal(void) {
  // Inherited by the program: nobody else keeps the terminal open.
  const int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  must(fd, "ptmx");
  int number = 0;
  must(ioctl(fd, TIOCSPTLCK, &number), "unlock the terminal");
  const int slave = ioctl(fd, TIOCGPTPEER, O_RDWR);
  must(slave, "terminal");
  must(ioctl(slave, TIOCSCTTY, 0), "controlling terminal");
  for (int i = 0; i < 3; ++i) must(dup2(slave, i), "dup2");
}

_Noreturn static void execute(void) {
  char* argv[] = {"/bin/true", NULL};
  char* env[] = {"PATH=/bin", "TERM=xterm", NULL};
  execve(argv[0], argv, env);
  must(-1, "execve");
  abort();
}

_Noreturn void become_process(const struct Plan* plan) {
  const struct rlimit limit = {1024, 1024};
  must(setsid(), "setsid");
  if (plan->terminal) take_terminal();
  must(setrlimit(RLIMIT_NOFILE, &limit), "limit");
  drop_privileges();
  if (plan->filter_length > 0) load_filter(plan);
  execute();
}

_Noreturn void become_container(const struct Plan* plan, int wire) {
  char byte = 0;
  if (plan->userns) {
    must(read(wire, &byte, 1), "hear the parent");
    must(setresgid(0, 0, 0), "setresgid");
    must(setresuid(0, 0, 0), "setresuid");
  }
  // A cgroup namespace whose root is the container's own group.
  must(unshare(CLONE_NEWCGROUP), "cgroup namespace");
  must(sethostname("bench", 5), "hostname");
  mount_one(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL);
  mount_one(plan->rootfs, plan->rootfs, NULL, MS_BIND | MS_REC, NULL);
  must(chdir(plan->rootfs), plan->rootfs);
  mount_system();
  make_devices(plan);
  mount_more(plan);
  if (plan->hooks > 0) {
    must(write(wire, &byte, 1), "tell the parent");
    must(read(wire, &byte, 1), "hear the parent");
  }
  enter_root();
  hide_paths();
  // The root itself is read-only.
  mount_one(NULL, "/", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL);
  become_process(plan);
}

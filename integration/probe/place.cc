// SPDX-License-Identifier: Apache-2.0
// Where the process is: namespaces, mounts, files, descriptors, terminal, cgroup.
#include <dirent.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <sstream>

#include "json.h"
#include "probe.h"

namespace probe {
namespace {

std::string link_text(const std::string& path) {
  char buffer[4096];
  const ssize_t n = readlink(path.c_str(), buffer, sizeof buffer);
  return n < 0 ? std::string() : std::string(buffer, static_cast<std::size_t>(n));
}

std::string ns(const Args& /*args*/) {
  Object all;
  for (const char* name : {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}) {
    all.text(name, link_text(std::string("/proc/self/ns/") + name));
  }
  return all.str();
}

// One line: id parent dev root target options [optional...] - type source super
std::string mount_line(const std::string& line) {
  std::istringstream in(line);
  std::string id, parent, dev, root, target, options, part, type, source, super;
  in >> id >> parent >> dev >> root >> target >> options;
  Array optional;
  while (in >> part && part != "-") {
    optional.text(part);
  }
  in >> type >> source >> super;
  return Object()
      .text("id", id)
      .text("parent", parent)
      .text("dev", dev)
      .text("root", root)
      .text("target", target)
      .text("options", options)
      .add("optional", optional.str())
      .text("type", type)
      .text("source", source)
      .text("super", super)
      .str();
}

std::string mounts(const Args& /*args*/) {
  Array all;
  for (const std::string& line : lines_of(slurp("/proc/self/mountinfo"))) {
    all.add(mount_line(line));
  }
  return all.str();
}

const char* type_word(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "file";
    case S_IFDIR:
      return "dir";
    case S_IFLNK:
      return "link";
    case S_IFCHR:
      return "c";
    case S_IFBLK:
      return "b";
    case S_IFIFO:
      return "p";
    case S_IFSOCK:
      return "socket";
    default:
      return "?";
  }
}

// lstat of each path; type "none" when there is nothing.
std::string stat_paths(const Args& paths) {
  Object all;
  for (const std::string& path : paths) {
    struct stat st {};
    if (lstat(path.c_str(), &st) != 0) {
      all.add(path, Object().text("type", "none").text("errno", errno_name(errno)).str());
      continue;
    }
    Object one;
    one.text("type", type_word(st.st_mode))
        .num("mode", st.st_mode & 07777)
        .num("uid", st.st_uid)
        .num("gid", st.st_gid)
        .num("size", st.st_size)
        .num("major", major(st.st_rdev))
        .num("minor", minor(st.st_rdev))
        .text("ino", std::to_string(st.st_ino))
        .text("dev", std::to_string(st.st_dev));
    if (S_ISLNK(st.st_mode)) {
      one.text("target", link_text(path));
    }
    all.add(path, one.str());
  }
  return all.str();
}

// What lies below a directory: {"dev/null":"c 666 0:0 1:3", ...}. Links are not followed.
void add_tree(const std::string& root, const std::string& below, int levels, Object& all) {
  DIR* dir = opendir((root + "/" + below).c_str());
  if (dir == nullptr) {
    return;
  }
  while (const dirent* entry = readdir(dir)) {
    const std::string name = entry->d_name;
    const std::string path = below.empty() ? name : below + "/" + name;
    struct stat st {};
    if (name == "." || name == ".." || lstat((root + "/" + path).c_str(), &st) != 0) {
      continue;
    }
    char text[96];
    std::snprintf(text, sizeof text, "%s %o %u:%u %u:%u", type_word(st.st_mode), st.st_mode & 07777,
                  st.st_uid, st.st_gid, major(st.st_rdev), minor(st.st_rdev));
    all.text(path, S_ISLNK(st.st_mode) ? text + (" " + link_text(root + "/" + path)) : text);
    if (S_ISDIR(st.st_mode) && levels > 1) {
      add_tree(root, path, levels - 1, all);
    }
  }
  closedir(dir);
}

std::string tree(const Args& roots) {
  Object all;
  for (const std::string& root : roots) {
    Object one;
    add_tree(root, "", 3, one);
    all.add(root, one.str());
  }
  return all.str();
}

// The text of each file; null when it cannot be read.
std::string content(const Args& paths) {
  Object all;
  for (const std::string& path : paths) {
    const bool readable = access(path.c_str(), R_OK) == 0;
    all.add(path, readable ? quote(slurp(path.c_str())) : "null");
  }
  return all.str();
}

std::string fds(const Args& /*args*/) {
  Object all;
  for (int fd = 0; fd < 4096; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) {
      all.text(std::to_string(fd), link_text("/proc/self/fd/" + std::to_string(fd)));
    }
  }
  return all.str();
}

std::string fd_stat(const Args& args) {
  Object all;
  for (const std::string& number : args) {
    struct stat st {};
    if (fstat(std::stoi(number), &st) != 0) {
      all.add(number, "null");
      continue;
    }
    all.add(number, Object()
                        .text("type", type_word(st.st_mode))
                        .num("major", major(st.st_rdev))
                        .num("minor", minor(st.st_rdev))
                        .num("uid", st.st_uid)
                        .num("gid", st.st_gid)
                        .text("ino", std::to_string(st.st_ino))
                        .text("dev", std::to_string(st.st_dev))
                        .str());
  }
  return all.str();
}

std::string cwd(const Args& /*args*/) {
  char buffer[4096] = {};
  // The raw call: glibc turns "(unreachable)/..." into ENOENT.
  const long n = syscall(SYS_getcwd, buffer, sizeof buffer);
  return n < 0 ? Object().text("errno", errno_name(errno)).str()
               : Object().text("cwd", buffer).str();
}

std::string uts(const Args& /*args*/) {
  utsname name{};
  uname(&name);
  return Object()
      .text("hostname", name.nodename)
      .text("domainname", name.domainname)
      .text("machine", name.machine)
      .str();
}

std::string tty(const Args& /*args*/) {
  Object all;
  for (int fd = 0; fd < 3; ++fd) {
    all.add(std::to_string(fd), Object()
                                    .flag("tty", isatty(fd) == 1)
                                    .text("name", link_text("/proc/self/fd/" + std::to_string(fd)))
                                    .str());
  }
  winsize size{};
  ioctl(0, TIOCGWINSZ, &size);
  termios modes{};
  tcgetattr(0, &modes);
  const int ctty = open("/dev/tty", O_RDWR | O_CLOEXEC);
  return all.num("rows", size.ws_row)
      .num("columns", size.ws_col)
      .flag("onlcr", (modes.c_oflag & ONLCR) != 0)
      .num("session", tcgetsid(0))
      .num("foreground", tcgetpgrp(0))
      .num("sid", getsid(0))
      .num("pid", getpid())
      .flag("ctty", ctty >= 0)
      .str();
}

std::string cgroup(const Args& /*args*/) {
  Array all;
  for (const std::string& line : lines_of(slurp("/proc/self/cgroup"))) {
    all.text(line);
  }
  return all.str();
}

std::string sysctl(const Args& keys) {
  Object all;
  for (const std::string& key : keys) {
    std::string path = "/proc/sys/" + key;
    const auto lines = lines_of(slurp(path.c_str()));
    all.add(key, lines.empty() ? "null" : quote(lines.front()));
  }
  return all.str();
}

std::string clocks(const Args& /*args*/) {
  timespec mono{};
  timespec boot{};
  clock_gettime(CLOCK_MONOTONIC, &mono);
  clock_gettime(CLOCK_BOOTTIME, &boot);
  return Object().num("monotonic", mono.tv_sec).num("boottime", boot.tv_sec).str();
}

// Ids of the loaded device-cgroup programs. Host side, root only.
std::string bpf_ids(const Args& /*args*/) {
  Array all;
  bpf_attr attr{};
  while (true) {
    attr.next_id = 0;
    if (syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, &attr, sizeof attr) != 0) {
      return all.str();
    }
    const std::uint32_t id = attr.next_id;
    bpf_attr open_attr{};
    open_attr.prog_id = id;
    const long fd = syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &open_attr, sizeof open_attr);
    if (fd >= 0) {
      bpf_prog_info info{};
      bpf_attr info_attr{};
      info_attr.info.bpf_fd = static_cast<std::uint32_t>(fd);
      info_attr.info.info_len = sizeof info;
      info_attr.info.info = reinterpret_cast<std::uint64_t>(&info);
      if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &info_attr, sizeof info_attr) == 0 &&
          info.type == BPF_PROG_TYPE_CGROUP_DEVICE) {
        all.num(id);
      }
      close(static_cast<int>(fd));
    }
    attr = {};
    attr.start_id = id;
  }
}

constexpr Fact kFacts[] = {{"ns", ns},         {"mounts", mounts},  {"stat", stat_paths},
                           {"fds", fds},       {"fdstat", fd_stat}, {"cwd", cwd},
                           {"uts", uts},       {"tty", tty},        {"cgroup", cgroup},
                           {"sysctl", sysctl}, {"clocks", clocks},  {"bpf-ids", bpf_ids},
                           {"tree", tree},     {"content", content}};

}  // namespace

std::span<const Fact> place_facts() {
  return kFacts;
}

}  // namespace probe

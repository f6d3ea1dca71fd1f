// SPDX-License-Identifier: Apache-2.0
//
// Procfs: a procfs that nobody can put anything over. rt-init makes one detached mount of its own
// and opens below it only with RESOLVE_BENEATH | NO_XDEV | NO_MAGICLINKS, then checks the
// filesystem's magic: an image or a hook that redirects /proc cannot redirect a write
// (CVE-2019-16884, CVE-2025-52881). Also small readers of the host's /proc/PID files.
#pragma once

#include <fcntl.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/fd.h"

namespace rt {

class Procfs {
 public:
  enum class View : std::uint8_t { kProcesses, kEverything };  // kProcesses: subset=pid

  // A new detached procfs of this pid namespace. Where the kernel refuses one (a user namespace
  // under a masked /proc: EPERM), a detached clone of /proc, else /proc itself.
  static Procfs make(View view);

  // `path` is relative, e.g. "self/oom_score_adj". Throws EXDEV when something is mounted over it.
  [[nodiscard]] Fd open(const std::string& path, int flags) const;
  void write(const std::string& path, std::string_view value) const;
  // The directory of this process's descriptors: opening an entry of it opens the file anew, also
  // behind an O_PATH descriptor.
  [[nodiscard]] Fd own_descriptors() const { return open("self/fd", O_PATH | O_DIRECTORY); }
  [[nodiscard]] int fd() const noexcept { return dir_.get(); }

 private:
  explicit Procfs(Fd dir) noexcept : dir_(std::move(dir)) {}
  Fd dir_;
};

// What /proc/PID/stat says (proc(5)); the command may contain blanks and parentheses.
struct ProcStat {
  std::string command{};
  char state = '?';
  pid_t parent = 0;
  bool exiting = false;          // PF_EXITING (field 9): also before it is a zombie
  std::uint64_t start_time = 0;  // clock ticks since boot; with the pid it names a process
};
std::optional<ProcStat> read_proc_stat(pid_t pid);               // empty: no such process
std::optional<ProcStat> parse_proc_stat(std::string_view text);  // empty: malformed

// The sets of /proc/PID/status (proc(5)), each a mask: one file instead of a call for each member.
struct ProcSets {
  std::uint64_t ignored_signals = 0;  // bit N-1: signal N
  std::uint64_t bounding = 0;         // capabilities: bit N
  std::uint64_t permitted = 0;
};
// `process`: a number, or "self". Empty: no such file.
std::optional<ProcSets> read_proc_sets(const std::string& process);
// Of this process, as they were when first asked for.
const std::optional<ProcSets>& own_sets();
std::optional<ProcSets> parse_proc_sets(std::string_view text);  // empty: a line is missing or odd
std::string boot_id();
// Whether this process is in the initial user namespace: only that maps every id to itself.
bool in_initial_user_namespace();
bool is_initial_id_map(std::string_view text);  // the text of /proc/self/uid_map

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/procfs.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>

#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

constexpr std::uint32_t kExiting = 0x4;  // PF_EXITING of <linux/sched.h>, which is not uapi

bool refused(const Error& e) {
  return e.facts().error_number == EPERM || e.facts().error_number == EACCES;
}

Fd new_procfs(Procfs::View view) {
  const Fd fs = sys::fsopen("proc");
  if (view == Procfs::View::kProcesses) sys::fsconfig_string(fs.get(), "subset", "pid");
  sys::fsconfig_create(fs.get());
  return sys::fsmount(fs.get(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

Fd clone_of_proc() {
  try {
    return sys::open_tree(AT_FDCWD, "/proc", OPEN_TREE_CLONE);
  } catch (const Error& e) {
    if (!refused(e)) throw;
  }
  return sys::open("/proc", O_PATH | O_DIRECTORY);
}

void demand_procfs(int fd, const std::string& path) {
  if (sys::fstatfs(fd).f_type != PROC_SUPER_MAGIC) {
    throw Error(Code::kSystem, quoted("/proc/" + path) + " is not on a procfs", {.path = path});
  }
}

}  // namespace

Procfs Procfs::make(View view) {
  try {
    return Procfs(new_procfs(view));
  } catch (const Error& e) {
    if (!refused(e)) throw;
  }
  Procfs fallback(clone_of_proc());
  demand_procfs(fallback.dir_.get(), "");
  return fallback;
}

Fd Procfs::open(const std::string& path, int flags) const {
  constexpr std::uint64_t kResolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS;
  Fd file = sys::open_at2(dir_.get(), path, static_cast<unsigned>(flags), kResolve);
  demand_procfs(file.get(), path);
  return file;
}

void Procfs::write(const std::string& path, std::string_view value) const {
  const Fd file = open(path, O_WRONLY);
  if (sys::write_once(file.get(), value) != value.size()) throw_errno_value(EIO, "write", path);
}

std::optional<ProcStat> parse_proc_stat(std::string_view text) {
  const std::size_t begin = text.find('(');
  const std::size_t end = text.rfind(')');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  ProcStat out;
  out.command = text.substr(begin + 1, end - begin - 1);
  const auto fields = split_blank(trim(text.substr(end + 1)));  // [0] is field 3, the state
  if (fields.size() < 20 || fields[0].size() != 1) return {};
  const auto parent = parse_number<pid_t>(fields[1]);
  const auto flags = parse_number<std::uint32_t>(fields[6]);
  const auto start_time = parse_number<std::uint64_t>(fields[19]);
  if (!parent || !flags || !start_time) return {};
  out.state = fields[0][0];
  out.parent = *parent;
  out.exiting = (*flags & kExiting) != 0;
  out.start_time = *start_time;
  return out;
}

std::optional<ProcStat> read_proc_stat(pid_t pid) {
  try {
    const auto text = read_record_if_exists("/proc/" + std::to_string(pid) + "/stat");
    return text ? parse_proc_stat(*text) : std::nullopt;
  } catch (const Error& e) {
    if (e.facts().error_number == ESRCH) return {};  // it went between open and read
    throw;
  }
}

std::optional<ProcSets> parse_proc_sets(std::string_view text) {
  ProcSets out;
  const struct {
    std::string_view key;
    std::uint64_t* value;
  } rows[] = {
      {"SigIgn:", &out.ignored_signals}, {"CapBnd:", &out.bounding}, {"CapPrm:", &out.permitted}};
  std::size_t found = 0;
  for (const std::string_view line : split_lines(text)) {
    for (const auto& [key, value] : rows) {
      if (!line.starts_with(key)) continue;
      const auto mask = parse_number<std::uint64_t>(trim(line.substr(key.size())), 16);
      if (!mask) return {};
      *value = *mask;
      ++found;
    }
  }
  return found == std::size(rows) ? std::optional(out) : std::nullopt;
}

std::optional<ProcSets> read_proc_sets(const std::string& process) {
  const auto text = read_record_if_exists("/proc/" + process + "/status");
  return text ? parse_proc_sets(*text) : std::nullopt;
}

const std::optional<ProcSets>& own_sets() {
  static const std::optional<ProcSets> sets = read_proc_sets("self");
  return sets;
}

std::string boot_id() {
  static const auto text = read_record_if_exists("/proc/sys/kernel/random/boot_id");
  if (!text) throw_errno_value(ENOENT, "open", "/proc/sys/kernel/random/boot_id");
  return std::string(trim(*text));
}

namespace {

bool look_for_initial_user_namespace() {
  constexpr ino_t kInitial = 0xEFFFFFFD;  // linux/nsfs.h, USER_NS_INIT_INO; the same since 3.8
  const auto own = sys::stat_at_if_exists(AT_FDCWD, "/proc/self/ns/user", 0);
  if (own && own->st_ino == kInitial) return true;
  const auto map = read_record_if_exists("/proc/self/uid_map");
  return !map || is_initial_id_map(*map);  // no file: a kernel without user namespaces
}

}  // namespace

bool in_initial_user_namespace() {
  static const bool found = look_for_initial_user_namespace();
  return found;
}

bool is_initial_id_map(std::string_view text) {
  const auto words = split_blank(trim(text));
  return words.size() == 3 && words[0] == "0" && words[1] == "0" && words[2] == "4294967295";
}

}  // namespace rt

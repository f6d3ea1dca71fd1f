// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/mount_rules.h"

#include <sys/mount.h>
#include <sys/statvfs.h>

#include <array>
#include <cerrno>

#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

struct Owner {
  std::string_view type;
  std::string_view name_space;
};
constexpr std::array<Owner, 5> kOwners{{{"sysfs", "network"},
                                        {"proc", "pid"},
                                        {"mqueue", "ipc"},
                                        {"cgroup", "cgroup"},
                                        {"cgroup2", "cgroup"}}};

struct Lock {
  std::uint64_t attribute;
  long flag;  // of statfs(2)
  const char* word;
};
constexpr std::array<Lock, 4> kLocks{{{MOUNT_ATTR_RDONLY, ST_RDONLY, "ro"},
                                      {MOUNT_ATTR_NOSUID, ST_NOSUID, "nosuid"},
                                      {MOUNT_ATTR_NODEV, ST_NODEV, "nodev"},
                                      {MOUNT_ATTR_NOEXEC, ST_NOEXEC, "noexec"}}};

bool applies(const Facts& refusal, int error_number) {
  return refusal.error_number == error_number && !in_initial_user_namespace();
}

}  // namespace

std::string rule_of_filesystem(std::string_view type, const Facts& refusal) {
  if (!applies(refusal, EPERM)) return {};
  const std::string name(type);
  for (const Owner& one : kOwners) {
    if (one.type != type) continue;
    if (refusal.syscall == "fsmount") {  // mount_too_revealing() of the kernel
      return "a user namespace may mount " + name + " only while it can see one with nothing " +
             "mounted over it and no flag locked that the new one lacks: masked or read-only "
             "paths of an outer container forbid it";
    }
    return "only the user namespace that owns the " + std::string(one.name_space) +
           " namespace may mount " + name;
  }
  return "only the initial user namespace may mount " + name;
}

std::string rule_of_tree(const TreeRequest& request, const Facts& refusal) {
  if (request.recursive || !applies(refusal, EINVAL)) return {};
  return "a user namespace may not show what mounts of the host below " + quoted(request.source) +
         " cover: use rbind";
}

std::string locked_words(int mount_fd, std::uint64_t clear) {
  const long flags = sys::fstatfs(mount_fd).f_flags;
  std::string out;
  for (const Lock& one : kLocks) {
    if ((clear & one.attribute) != 0 && (flags & one.flag) != 0) {
      out.append(out.empty() ? "" : ", ").append(one.word);
    }
  }
  return out;
}

std::string rule_of_locks(const std::string& words) {
  return "a user namespace may not take off what the mount has on the host (" + words + ")";
}

std::string rule_of_change(int mount_fd, std::uint64_t clear, const Facts& refusal) {
  if (clear == 0 || !applies(refusal, EPERM)) return {};
  const std::string words = locked_words(mount_fd, clear);
  return rule_of_locks(words.empty() ? "its access time mode" : words);
}

void rethrow_with_rule(const Error& error, const std::string& words, const std::string& rule) {
  if (words.empty() && rule.empty()) throw error;  // NOLINT: the caught one, as it was
  throw Error(Code::kSystem,
              error.facts().syscall + ": " + errno_text(error.facts().error_number) + words +
                  (rule.empty() ? "" : ": " + rule),
              error.facts());
}

}  // namespace rt

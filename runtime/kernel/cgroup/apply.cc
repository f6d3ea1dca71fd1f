// SPDX-License-Identifier: Apache-2.0
//
// The one writer of limits: what a refusal means and which of two files it is are data of the
// list (writes.h), decided nowhere else.
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/handle.h"
#include "runtime/kernel/cgroup/missing.h"
#include "runtime/kernel/cgroup/tree.h"

namespace rt {
namespace tree = cgroup_tree;
namespace {

using OnRefusal = CgroupWrite::OnRefusal;

bool is_missing(int error_number) noexcept {
  return error_number == ENOENT || error_number == EOPNOTSUPP;
}

// The file that this kernel has.
struct Target {
  const std::string& file;
  const std::string& value;
};
Target target_of(int dir_fd, const CgroupWrite& one) {
  if (!one.instead || ::faccessat(dir_fd, one.file.c_str(), F_OK, 0) == 0) {
    return {one.file, one.value};
  }
  return {one.instead->file, one.instead->value};
}

void write(int dir_fd, const Target& target) {
  tree::write(dir_fd, target.file, target.value);
}

void warn_if_gone(int dir_fd, const Target& one) {
  const auto kept = tree::read_if_exists(dir_fd, one.file);
  if (kept && trim(*kept) == one.value) return;
  log::warning("this kernel does not limit " + one.file + ": " + one.value + " has no effect");
}

// "/linux/resources/cpu", the place to name in an error.
std::string origin_of(const CgroupWrite& one) {
  const std::string_view member = one.pointer.empty() ? member_of(one.controller) : one.pointer;
  return "/linux/resources" + std::string(member);
}

// v1 refuses a limit (EBUSY) when it cannot free what is used beyond it: kernel
// admin-guide/cgroup-v1/memory.rst. Empty: that is not why.
std::string why_busy(int dir_fd, const Target& target) {
  const bool with_swap = target.file == "memory.memsw.limit_in_bytes";
  if (!with_swap && target.file != "memory.limit_in_bytes") return {};
  const char* file = with_swap ? "memory.memsw.usage_in_bytes" : "memory.usage_in_bytes";
  const auto used = tree::read_if_exists(dir_fd, file);
  if (!used) return {};
  return "the limit " + target.value + " is too low for the " + std::string(trim(*used)) +
         " bytes in use, raise it";
}

// For the error of a write that has been refused: the same once more, and why.
void refuse(const CgroupPlaces& places, int dir_fd, const CgroupWrite& one, const Target& target,
            int error_number) {
  const bool unified = !places.empty() && places.back().version == CgroupVersion::kV2;
  std::string why;
  if (unified && error_number == ENOENT) why = why_missing(places.back(), one.controller);
  if (error_number == EBUSY) why = why_busy(dir_fd, target);
  const Context here(why);
  write(dir_fd, target);
}

// False: to be written again after the rest.
bool settled(const CgroupPlaces& places, int dir_fd, const CgroupWrite& one) {
  const Target target = target_of(dir_fd, one);
  const int error_number = tree::try_write(dir_fd, target.file, target.value);
  const bool warns = one.on_refusal == OnRefusal::kWarnIfGone;
  if (warns && (error_number == 0 || is_missing(error_number))) {
    warn_if_gone(dir_fd, target);
    return true;
  }
  if (error_number == 0) return true;
  if (one.on_refusal == OnRefusal::kRetryLast && error_number == EINVAL) return false;
  if (one.on_refusal != OnRefusal::kIgnoreMissing || !is_missing(error_number)) {
    refuse(places, dir_fd, one, target, error_number);
  }
  return true;
}

}  // namespace

void Cgroup::apply(const CgroupWrites& writes) const {
  std::vector<const CgroupWrite*> again;
  for (const CgroupWrite& one : writes) {
    const std::string origin = origin_of(one);
    const Context here(origin);
    if (!settled(places_, fd_of(one.controller), one)) again.push_back(&one);
  }
  for (const CgroupWrite* one : again) {
    const std::string origin = origin_of(*one);
    const Context here(origin);
    const int dir_fd = fd_of(one->controller);
    write(dir_fd, target_of(dir_fd, *one));
  }
}

}  // namespace rt

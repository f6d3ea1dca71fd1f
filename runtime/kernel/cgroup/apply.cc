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

// False: to be written again after the rest.
bool settled(int dir_fd, const CgroupWrite& one) {
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
    write(dir_fd, target);  // once more, for the error
  }
  return true;
}

}  // namespace

void Cgroup::apply(const CgroupWrites& writes) const {
  std::vector<const CgroupWrite*> again;
  for (const CgroupWrite& one : writes) {
    const Context here("set", one.controller);
    if (!settled(fd_of(one.controller), one)) again.push_back(&one);
  }
  for (const CgroupWrite* one : again) {
    const Context here("set", one->controller);
    const int dir_fd = fd_of(one->controller);
    write(dir_fd, target_of(dir_fd, *one));
  }
}

}  // namespace rt

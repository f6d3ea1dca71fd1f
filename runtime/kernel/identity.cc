// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/identity.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/capabilities_apply.h"

namespace rt {
namespace {

constexpr std::size_t kPasswdLimit = 1U << 20;  // bytes; larger ones are not read

void verify_ids(const IdentityPlan& plan) {
  std::array<uid_t, 3> uids{};
  std::array<gid_t, 3> gids{};
  if (::getresuid(&uids[0], &uids[1], &uids[2]) != 0) throw_errno("getresuid");
  if (::getresgid(&gids[0], &gids[1], &gids[2]) != 0) throw_errno("getresgid");
  for (std::size_t i = 0; i < 3; ++i) {
    if (uids[i] != plan.uid || gids[i] != plan.gid) {
      throw Error(Code::kInternal, "the kernel kept other user or group ids than asked for");
    }
  }
}

void set_groups(const IdentityPlan& plan) {
  if (plan.set_groups == Groups::kKeep) return;
  try {
    sys::setgroups(plan.groups);
  } catch (const Error& e) {
    const bool denied = e.facts().error_number == EPERM && plan.set_groups == Groups::kSetIfAllowed;
    if (!denied) throw;
    if (plan.groups.empty()) return;
    throw Error(Code::kBadConfig,
                "cannot set any additional groups: the user namespace denies setgroups",
                {.pointer = "/process/user/additionalGids", .error_number = EPERM});
  }
}

// EINVAL is how the kernel says that the user namespace does not map the id (setresuid(2)).
template <class Id>
void take_id(void (*set)(Id), Id id, const char* what, const char* pointer) {
  try {
    set(id);
  } catch (const Error& e) {
    if (e.facts().error_number != EINVAL) throw;
    throw Error(
        Code::kBadConfig,
        std::string(what) + " " + std::to_string(id) + " is not mapped in the user namespace",
        {.pointer = pointer, .error_number = EINVAL});
  }
}

}  // namespace

void become(const IdentityPlan& plan, std::uint64_t still_needed) {
  drop_bounding(plan.capabilities);
  // Leaving user id 0 would take them away (capabilities(7)).
  if (plan.uid != 0) sys::prctl(PR_SET_KEEPCAPS, 1);
  set_groups(plan);
  take_id(sys::setresgid, plan.gid, "group", "/process/user/gid");
  take_id(sys::setresuid, plan.uid, "user", "/process/user/uid");
  if (plan.uid != 0) sys::prctl(PR_SET_KEEPCAPS, 0);
  verify_ids(plan);
  CapabilityMasks masks = plan.capabilities;
  masks.effective |= still_needed;
  masks.permitted |= still_needed;
  apply_capabilities(masks);
  if (plan.has_umask != 0) (void)::umask(plan.umask);
}

bool enter_directory(const Root& root, const std::string& cwd) {
  const std::string what = "chdir to cwd (" + quoted(cwd) + ") set in config.json failed";
  const Context origin("/process/cwd");
  const Context here(what);
  try {
    if (cwd == "/") {
      sys::fchdir(root.fd());
    } else {
      sys::fchdir(root.open(cwd, O_PATH | O_DIRECTORY).get());
    }
  } catch (const Error& e) {
    if (e.facts().error_number == EACCES) return false;
    throw Error(Code::kBadConfig, errno_text(e.facts().error_number),
                {.path = cwd, .error_number = e.facts().error_number});
  }
  if (!sys::getcwd().starts_with('/')) {
    throw Error(Code::kBadConfig, "it is outside of the root filesystem", {.path = cwd});
  }
  return true;
}

std::string home_of(const Root& root, std::uint32_t uid) {
  try {
    const auto file = root.open_if_exists("/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!file || !S_ISREG(sys::fstat(file->get()).st_mode)) return "/";
    const std::string text = read_fd(file->get(), kPasswdLimit);
    for (const std::string_view line : split_lines(text)) {
      const auto fields = split(line, ':');  // name:password:uid:gid:gecos:home:shell
      if (fields.size() < 6 || parse_number<std::uint32_t>(fields[2]) != uid) continue;
      return fields[5].empty() ? "/" : std::string(fields[5]);
    }
  } catch (const Error&) {  // an unreadable passwd file is the image's affair: the default holds
    return "/";
  }
  return "/";
}

}  // namespace rt

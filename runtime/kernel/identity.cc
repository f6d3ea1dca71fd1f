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

}  // namespace

void become(const IdentityPlan& plan) {
  drop_bounding(plan.capabilities);
  sys::prctl(PR_SET_KEEPCAPS, 1);
  if (plan.set_groups != 0) sys::setgroups(plan.groups);
  sys::setresgid(plan.gid);
  sys::setresuid(plan.uid);
  verify_ids(plan);
  apply_capabilities(plan.capabilities);
  if (plan.has_umask != 0) (void)::umask(plan.umask);
}

bool enter_directory(const Root& root, const std::string& cwd) {
  const std::string what = "chdir to cwd (" + quoted(cwd) + ") set in config.json failed";
  const Context here(what);
  try {
    // make_directory() finds an existing one as well.
    sys::fchdir(root.make_directory(cwd).get());
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

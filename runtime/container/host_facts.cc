// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/container/make_plan.h"

namespace rt {
namespace {

template <class Int>
std::optional<Int> number_from(const char* variable) {
  const char* text = std::getenv(variable);  // NOLINT: rt has no threads
  return text != nullptr ? parse_number<Int>(text) : std::nullopt;
}

// CAP_SYS_ADMIN counts in the user namespace that owns our mounts: another one than ours after
// "unshare --user" alone. The kernel says so when asked.
bool owns_mounts() {
  try {
    (void)sys::open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE | AT_RECURSIVE);
    return true;
  } catch (const Error& e) {
    if (e.facts().error_number == EPERM) return false;
    throw;
  }
}

Authority find_authority(const CapabilityLimits& capabilities, bool in_user_namespace) {
  const auto has = [&](unsigned cap) { return (capabilities.permitted >> cap & 1) != 0; };
  Authority out{.ids = {.uid = sys::own_uid(),
                        .gid = sys::own_gid(),
                        .any_id = has(CAP_SETUID) && has(CAP_SETGID)},
                .mounts = has(CAP_SYS_ADMIN)};
  if (!in_user_namespace) return out;
  out.mounts = out.mounts && owns_mounts();
  const std::string setgroups = read_file_if_exists("/proc/self/setgroups").value_or("");
  out.setgroups = trim(setgroups) != "deny";
  return out;
}

}  // namespace

unsigned listen_fds() {
  const auto receiver = number_from<pid_t>("LISTEN_PID");
  if (!receiver || *receiver != ::getpid()) return 0;
  return number_from<unsigned>("LISTEN_FDS").value_or(0);
}

void demand_kernel(const std::string& release) {
  const auto parts = split(release, '.');
  const auto major = parse_number<unsigned>(parts.front());
  const std::string_view rest = parts.size() > 1 ? parts[1] : std::string_view();
  const auto minor = parse_number<unsigned>(rest.substr(0, rest.find_first_not_of("0123456789")));
  if (major && minor && (*major > 5 || (*major == 5 && *minor >= 14))) return;
  throw Error(Code::kUnsupported, "Linux " + release + " is too old: rt needs 5.14 or newer");
}

bool has_labels(const spec::Process& process) {
  return !process.apparmor_profile.empty() || !process.selinux_label.empty();
}

HostFacts find_host_facts() {
  utsname names{};
  if (::uname(&names) != 0) throw_errno("uname");
  demand_kernel(names.release);
  const CapabilityLimits capabilities = capability_limits();
  const bool in_user_namespace = !in_initial_user_namespace();
  return {.capabilities = capabilities,
          .authority = find_authority(capabilities, in_user_namespace),
          .in_user_namespace = in_user_namespace,
          .listen_fds = listen_fds()};
}

bool is_rootless(Rootless wanted, const HostFacts& host) {
  if (wanted != Rootless::kAuto) return wanted == Rootless::kTrue;
  return host.authority.ids.uid != 0 || host.in_user_namespace;
}

}  // namespace rt

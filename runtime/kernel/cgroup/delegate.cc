// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/delegate.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

constexpr const char* kDelegateFile = "/sys/kernel/cgroup/delegate";  // kernel 4.15
constexpr std::string_view kFallback = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n";

bool makes_cgroup_namespace(const spec::Linux& platform) {
  return std::any_of(platform.namespaces.begin(), platform.namespaces.end(), [](const auto& one) {
    return one.type == spec::NamespaceType::kCgroup && one.path.empty();
  });
}

bool is_writable_cgroup_mount(const spec::Mount& mount) {
  const auto& options = mount.options;
  return mount.source == "cgroup" && clean_absolute(mount.destination) == "/sys/fs/cgroup" &&
         std::find(options.begin(), options.end(), "ro") == options.end();
}

}  // namespace

bool wants_delegation(const spec::Config& config) {
  return config.linux_ && makes_cgroup_namespace(*config.linux_) &&
         std::any_of(config.mounts.begin(), config.mounts.end(), is_writable_cgroup_mount);
}

void delegate_cgroup(int cgroup_fd, uid_t host_uid) {
  const Context here("delegate cgroup");
  constexpr gid_t kLeaveGroup = static_cast<gid_t>(-1);
  sys::fchown(cgroup_fd, host_uid, kLeaveGroup);
  const auto listed = read_file_if_exists(kDelegateFile);
  for (const std::string_view line : split_lines(listed ? std::string_view(*listed) : kFallback)) {
    const std::string name(trim(line));
    // The kernel's list names files of one directory; anything else is not for us to follow.
    if (name.empty() || name.find('/') != name.npos) continue;
    if (::fchownat(cgroup_fd, name.c_str(), host_uid, kLeaveGroup, AT_SYMLINK_NOFOLLOW) != 0 &&
        errno != ENOENT) {
      throw_errno("chown", name);
    }
  }
}

}  // namespace rt

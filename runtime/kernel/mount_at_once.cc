// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/mount_at_once.h"

#include <sys/mount.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/sys.h"
#include "runtime/kernel/mount.h"

namespace rt {
namespace {

constexpr std::size_t kMaxData = 4000;  // bytes; the kernel takes less than a page (mount(2))

// Not MOUNT_ATTR_RDONLY: mount(2) would make the filesystem read-only, not this mount of it.
constexpr struct {
  std::uint64_t attribute;
  unsigned long flag;
} kFlags[] = {{MOUNT_ATTR_NOSUID, MS_NOSUID},           {MOUNT_ATTR_NODEV, MS_NODEV},
              {MOUNT_ATTR_NOEXEC, MS_NOEXEC},           {MOUNT_ATTR_NOATIME, MS_NOATIME},
              {MOUNT_ATTR_STRICTATIME, MS_STRICTATIME}, {MOUNT_ATTR_NODIRATIME, MS_NODIRATIME}};

std::optional<unsigned long> flags_of(std::uint64_t attributes) {
  unsigned long out = 0;
  for (const auto& [attribute, flag] : kFlags) {
    if ((attributes & attribute) == 0) continue;
    out |= flag;
    attributes &= ~attribute;
  }
  return attributes == 0 ? std::optional(out) : std::nullopt;
}

// Whose options mean the same in a list with commas.
bool is_everyday(std::string_view type) {
  constexpr std::array<std::string_view, 5> kTypes{"proc", "tmpfs", "devpts", "mqueue", "sysfs"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

bool asks_for_more(const MountStep& step) {
  return !is_everyday(step.type) || step.source.empty() || !step.label.empty() ||
         !step.links.empty() || !step.propagation.empty() || step.copy_up != 0 ||
         step.read_only_last != 0;
}

std::optional<std::string> list_of(const std::vector<std::string>& options) {
  std::string out;
  for (const std::string& option : options) {
    if (option.find_first_of(",\\") != std::string::npos) return {};
    out.append(out.empty() ? "" : ",").append(option);
  }
  return out.size() <= kMaxData ? std::optional(out) : std::nullopt;
}

}  // namespace

bool try_mount_at_once(int where_fd, const MountStep& step) {
  if (asks_for_more(step)) return false;
  const auto flags = flags_of(step.change.set | step.change.recursive_set);
  const auto data = list_of(step.options);
  if (!flags || !data) return false;
  sys::fchdir(where_fd);
  return sys::mount_here(step.source, step.type, *flags, *data) == 0;
}

}  // namespace rt

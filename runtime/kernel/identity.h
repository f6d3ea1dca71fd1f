// SPDX-License-Identifier: Apache-2.0
//
// Who the process is: user, groups, capabilities, working directory, HOME. Ids are numbers; the
// image's passwd file is read for HOME only (CVE-2016-3697).
// Rule: runtime-spec config.md "User", "Process" (cwd); capabilities(7).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/beneath.h"
#include "runtime/kernel/capability_masks.h"

namespace rt {

enum class Groups : std::uint8_t {
  kSet,           // also an empty list: the caller's groups are not for the container
  kSetIfAllowed,  // a joined user namespace may deny setgroups(2); then an empty list means nothing
  kKeep,          // it does deny it, or the caller wants his own kept
};

struct IdentityPlan {
  std::uint32_t uid = 0;  // in the container
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups{};
  Groups set_groups = Groups::kSet;
  std::uint8_t has_umask = 0;
  std::uint32_t umask = 0;
  CapabilityMasks capabilities{};
};

// Groups, gid, uid, then the five capability sets, each read back. `still_needed` are capabilities
// that stay besides, until apply_capabilities() takes them.
void become(const IdentityPlan& plan, std::uint64_t still_needed = 0);

// Working directory inside the new root, made (0755) when missing; a magic link is refused, and the
// kernel must agree that it lies below / (CVE-2024-21626). Returns false on EACCES: try again as
// the user.
bool enter_directory(const Root& root, const std::string& cwd);

// Home of `uid` by /etc/passwd below `root`, "/" when that does not say.
std::string home_of(const Root& root, std::uint32_t uid);

}  // namespace rt

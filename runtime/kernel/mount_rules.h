// SPDX-License-Identifier: Apache-2.0
//
// Why the kernel refuses a mount in a user namespace, in words: it answers EPERM or EINVAL to half
// a dozen rules of its own. Rules: mount_namespaces(7) "Restrictions on mount namespaces",
// user_namespaces(7) "Capabilities".
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/kernel/mount.h"

namespace rt {

// Of a new filesystem. "" when no rule is known for it, or this is not a user namespace.
std::string rule_of_filesystem(std::string_view type, const Facts& refusal);
// Of a copy of `request`.
std::string rule_of_tree(const TreeRequest& request, const Facts& refusal);
// Of a change of mount attributes: names the words that are locked.
std::string rule_of_change(int mount_fd, std::uint64_t clear, const Facts& refusal);

// Which of the flags in `clear` the mount has: "ro, nosuid"; "" for none.
std::string locked_words(int mount_fd, std::uint64_t clear);
std::string rule_of_locks(const std::string& words);

// The error again, with the kernel's own words and the rule behind its text; just the error when
// there is neither.
[[noreturn]] void rethrow_with_rule(const Error& error, const std::string& words,
                                    const std::string& rule);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// The AppArmor profile and the SELinux label that this process gets with its next execve. Each is
// written through a descriptor of /proc/self/attr that no image or hook can redirect, and read
// back: a label that was asked for and is not in force ends the create (CVE-2019-16884,
// CVE-2025-52881). Whether the kernel has the module is decided before, on the host: lsm_state.h.
// Source: proc_pid_attr(5), apparmor(7).
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/fd.h"

namespace rt {

// /proc/self/attr of a procfs of our own. To be opened while the host's /proc is the only one.
Fd open_own_attributes();

// `attributes_fd`: from open_own_attributes(). Throw with the text that managers look for, and the
// JSON pointer.
void set_apparmor_profile(int attributes_fd, const std::string& profile);
void set_selinux_label(int attributes_fd, const std::string& label);
// Of the keys that are made next; execve takes it back.
void set_selinux_key_label(int attributes_fd, const std::string& label);

// What is read back: "profile (mode)", or "unconfined".
[[nodiscard]] bool names_profile(std::string_view said, std::string_view profile);
// The kernel may spell the level in another way (order and ranges of categories), not the rest.
[[nodiscard]] bool names_label(std::string_view said, std::string_view label);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// The flags that create and run share.
#pragma once

#include <array>
#include <string_view>

#include "runtime/cli/global.h"
#include "runtime/cli/options.h"
#include "runtime/container/verbs.h"

namespace rt::cli {

struct CreateArgs : CreateOptions {
  bool no_subreaper = false;  // create never becomes a subreaper; crun's callers say it anyway
};

inline constexpr auto kCreateFlags = std::to_array<Option<CreateArgs>>({
    {"bundle", 'b', "DIR", "directory that holds config.json (default: the working directory)",
     &CreateArgs::bundle},
    {"config", 'f', "FILE", "read FILE, relative to the bundle, instead of config.json",
     &CreateArgs::config},
    {"console-socket", 0, "PATH", "send the terminal's master to this Unix socket",
     &CreateArgs::console_socket},
    {"pidfd-socket", 0, "PATH", "send a pidfd of the process to this Unix socket",
     &CreateArgs::pidfd_socket},
    {"pid-file", 0, "PATH", "write the process id to PATH", &CreateArgs::pid_file},
    {"no-pivot", 0, "", "move the root mount and chroot instead of pivot_root (initramfs)",
     &CreateArgs::no_pivot},
    {"no-new-keyring", 0, "", "keep the caller's session keyring", &CreateArgs::no_new_keyring},
    {"preserve-fds", 0, "N", "pass N descriptors after stdio (and LISTEN_FDS) to the process",
     &CreateArgs::preserve_fds},
    {"no-subreaper", 0, "", "do not adopt orphans of the container", &CreateArgs::no_subreaper},
});

// Adds what the global flags say. Throws Error(kUnsupported) for the systemd cgroup manager.
CreateOptions create_options(const Global& global, const CreateArgs& args, std::string_view id);

}  // namespace rt::cli

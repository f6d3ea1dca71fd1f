// SPDX-License-Identifier: Apache-2.0
//
// The flags that checkpoint and restore share.
#pragma once

#include <array>

#include "runtime/cli/options.h"
#include "runtime/container/verbs.h"

namespace rt::cli {

inline constexpr auto kCriuFlags = std::to_array<Option<CriuOptions>>({
    {"image-path", 0, "DIR", "folder of the images (default: checkpoint)",
     &CriuOptions::image_path},
    {"work-path", 0, "DIR", "folder of CRIU's log (default: that of the images)",
     &CriuOptions::work_path},
    {"parent-path", 0, "DIR", "images of the pre-dump before, relative to those of this one",
     &CriuOptions::parent_path},
    {"tcp-established", 0, "", "with open TCP connections", &CriuOptions::tcp_established},
    {"ext-unix-sk", 0, "", "with Unix sockets that lead outside", &CriuOptions::ext_unix_sk},
    {"shell-job", 0, "", "with a terminal that belongs to the caller", &CriuOptions::shell_job},
    {"file-locks", 0, "", "with file locks", &CriuOptions::file_locks},
    {"lazy-pages", 0, "", "memory comes later, by userfaultfd and a page server",
     &CriuOptions::lazy_pages},
    {"auto-dedup", 0, "", "free pages in the parent's images that are there twice",
     &CriuOptions::auto_dedup},
    {"manage-cgroups-mode", 0, "MODE", "soft, full, strict or ignore (default: soft)",
     &CriuOptions::manage_cgroups_mode},
    {"network-lock", 0, "METHOD", "iptables, nftables or skip", &CriuOptions::network_lock},
    {"empty-ns", 0, "KIND", "namespace without its content: network (repeatable)",
     &CriuOptions::empty_ns},
});

}  // namespace rt::cli

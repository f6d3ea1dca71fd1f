// SPDX-License-Identifier: Apache-2.0
//
// Keys of `linux.sysctl`: where they lie below /proc/sys, and which namespace owns them. Only what
// a namespace owns may be set for a container; the rest would change the host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "spec/linux.h"

namespace rt::spec {

// sysctl(8): the first separator decides, then "." and "/" trade places:
// "net.ipv4.conf.eth0/100.x" and "net/ipv4/conf/eth0.100/x" are "net/ipv4/conf/eth0.100/x".
// Empty for a key with an empty, "." or ".." part: it would leave /proc/sys.
[[nodiscard]] std::optional<std::string> sysctl_path(std::string_view key);

// `path` as sysctl_path() gives it. Empty: owned by no namespace.
[[nodiscard]] std::optional<NamespaceType> sysctl_namespace(std::string_view path);

}  // namespace rt::spec

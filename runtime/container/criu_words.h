// SPDX-License-Identifier: Apache-2.0
//
// From the words of options and configuration to those of CRIU: modes, namespaces, pages.
// Pure but for the namespaces, which are looked at.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/container/criu_wire.h"
#include "runtime/container/verbs.h"
#include "spec/config.h"

namespace rt {

inline constexpr const char* kDescriptorsFile = "descriptors.json";
inline constexpr const char* kNullDevice = "/dev/null";  // also its name in the images

// --manage-cgroups-mode, --network-lock, --empty-ns. Throws kUsage.
void add_words(CriuWish& wish, const CriuOptions& options);
// "ADDRESS:PORT". Throws kUsage.
WordNumber page_server(const std::string& text);

// Joined network and pid namespaces are not dumped. `process` is init's directory in /proc.
void add_dumped_namespaces(CriuWish& wish, const spec::Config& config, const std::string& process);
// They and all other joined ones are joined again. Returns what has to stay open in CRIU.
std::vector<Fd> add_restored_namespaces(CriuWish& wish, const spec::Config& config);

}  // namespace rt

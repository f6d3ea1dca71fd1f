// SPDX-License-Identifier: Apache-2.0
//
// Annotations that change what rt does. Callers of crun set them (Podman, CRI-O); a drop-in must
// honour them. One table reads them and tells `rt features` their names; every other annotation is
// the caller's own and has no effect.
// Rule: runtime-spec features.md "Unsafe annotations in config.json"; crun(1), "ANNOTATIONS".
#pragma once

#include <string>
#include <vector>

#include "spec/config.h"

namespace rt {

struct Annotated {
  bool keep_groups = false;              // the caller's supplementary groups stay
  std::string label_option = "context";  // of filesystems, for linux.mountLabel
  std::string pidfd_socket{};            // gets a pidfd of init, as --pidfd-socket does
  std::string seccomp_listener{};        // for a profile without listenerPath
};

// Throws Error(kBadConfig) for a value that none of them can have, Error(kUnsupported) for a
// handler: what it should run is no program of this machine.
Annotated read_annotations(const spec::Annotations& annotations);
// Puts the annotated listener into a profile that has none. Before the rules are checked: a profile
// that notifies needs one.
void fill_listener_path(spec::Config& config);
std::vector<std::string> read_annotation_keys();  // sorted

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// The namespaces that a container joins by path: opened and checked before anything is made.
// Entering them is rt-init's business (runtime/init/stage1.cc).
#pragma once

#include <vector>

#include "runtime/base/fd.h"
#include "runtime/container/make_plan.h"
#include "spec/config.h"

namespace rt {

// In the order of plan.joined. Sets plan.id_maps to those of a joined user namespace. Throws
// kBadConfig with the place in config.json for a path that is no such namespace, for mappings that
// the namespace does not have, and for a sysctl that would change a namespace of our own.
std::vector<Fd> open_joined_namespaces(const spec::Config& config, ContainerPlan& plan);

}  // namespace rt

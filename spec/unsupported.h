// SPDX-License-Identifier: Apache-2.0
//
// What rt reads and checks but cannot apply yet. The spec demands an error for such a field, never
// silence; values that mean "off" pass, because callers always send them. Each is one row of a
// table in unsupported.cc: whoever builds the facility deletes its row.
//
// Throws Error(kUnsupported): "config.json: /process/apparmorProfile: not supported by this build".
#pragma once

#include <string_view>

#include "spec/config.h"

namespace rt::spec {

void refuse_unsupported(const Config& config, std::string_view file_name = "config.json");
// The document of `rt exec --process`, where execCPUAffinity counts too.
void refuse_unsupported(const Process& process, std::string_view file_name);

}  // namespace rt::spec

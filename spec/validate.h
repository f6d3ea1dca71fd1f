// SPDX-License-Identifier: Apache-2.0
//
// The rules between and inside fields that a document alone can break. One function a rule, each
// with its section of the spec; types and words are checked earlier, by decoding, and what depends
// on the host (is the path there, does the kernel know it) later, by whoever applies the field.
//
// Throws Error(kBadConfig) for the first broken rule: "config.json:12:9: /process/cwd: ...", with
// the JSON Pointer as a fact. Without `text`, what the struct was decoded from, there is no
// position.
#pragma once

#include <string_view>

#include "spec/config.h"

namespace rt::spec {

void validate(const Config& config, std::string_view file_name = "config.json",
              std::string_view text = {});
// The document of `rt exec --process`; pointers start at its root.
void validate(const Process& process, std::string_view file_name, std::string_view text = {});
// The document of `rt update --resources`.
void validate(const Resources& resources, std::string_view file_name, std::string_view text = {});

}  // namespace rt::spec

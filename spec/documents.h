// SPDX-License-Identifier: Apache-2.0
//
// The OCI documents, from text and to text. The way in for everybody who has no struct of his own
// to bind (for that: fields.h). Decoding checks types and words; rules between fields are in
// validate.h. Every decode throws Error(kBadConfig) "file:line:column: pointer: expected ...".
#pragma once

#include <string>
#include <string_view>

#include "spec/config.h"
#include "spec/features.h"
#include "spec/json.h"
#include "spec/state.h"

namespace rt::spec {

struct Unknown;  // fields.h: collects members that the spec does not know

// Reads `name` below the bundle. Throws Error(kBadBundle) "JSON specification file config.json not
// found" when it is not there; refuses everything but a regular file of at most 16 MiB.
[[nodiscard]] Config load_config(int bundle_fd, const std::string& name,
                                 Unknown* unknown = nullptr);

[[nodiscard]] Config decode_config(std::string_view text, std::string_view file_name,
                                   Unknown* unknown = nullptr);
[[nodiscard]] Process decode_process(std::string_view text, std::string_view file_name,
                                     Unknown* unknown = nullptr);
[[nodiscard]] Resources decode_resources(std::string_view text, std::string_view file_name,
                                         Unknown* unknown = nullptr);
[[nodiscard]] State decode_state(std::string_view text, std::string_view file_name);
[[nodiscard]] Features decode_features(std::string_view text, std::string_view file_name);

// Throw Error(kBadConfig) for a string that is not UTF-8 (a bundle path may be any bytes).
[[nodiscard]] std::string to_json(const Config& config, json::Style style = json::kCompact);
[[nodiscard]] std::string to_json(const Process& process, json::Style style = json::kCompact);
[[nodiscard]] std::string to_json(const Resources& resources, json::Style style = json::kCompact);
[[nodiscard]] std::string to_json(const State& state, json::Style style = json::kCompact);
[[nodiscard]] std::string to_json(const ContainerProcessState& state,
                                  json::Style style = json::kCompact);
[[nodiscard]] std::string to_json(const Features& features, json::Style style = json::kCompact);

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
#include "spec/documents.h"
#include "spec/fields_state.h"

namespace rt::spec {

State decode_state(std::string_view text, std::string_view file_name) {
  return decode<State>(text, file_name);
}
Features decode_features(std::string_view text, std::string_view file_name) {
  return decode<Features>(text, file_name);
}

std::string to_json(const State& state, json::Style style) {
  return encode(state, style);
}
std::string to_json(const ContainerProcessState& state, json::Style style) {
  return encode(state, style);
}
std::string to_json(const Features& features, json::Style style) {
  return encode(features, style);
}

}  // namespace rt::spec

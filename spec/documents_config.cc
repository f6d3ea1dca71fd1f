// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "spec/documents.h"
#include "spec/fields_config.h"

namespace rt::spec {

Config load_config(int bundle_fd, const std::string& name, Unknown* unknown) {
  if (!sys::stat_at_if_exists(bundle_fd, name, 0))
    throw Error(Code::kBadBundle, "JSON specification file " + name + " not found",
                Facts{.path = name});
  return decode_config(read_document(bundle_fd, name, json::kMaxText), name, unknown);
}

Config decode_config(std::string_view text, std::string_view file_name, Unknown* unknown) {
  return decode<Config>(text, file_name, unknown);
}
Process decode_process(std::string_view text, std::string_view file_name, Unknown* unknown) {
  return decode<Process>(text, file_name, unknown);
}
Resources decode_resources(std::string_view text, std::string_view file_name, Unknown* unknown) {
  return decode<Resources>(text, file_name, unknown);
}

std::string to_json(const Config& config, json::Style style) {
  return encode(config, style);
}
std::string to_json(const Process& process, json::Style style) {
  return encode(process, style);
}
std::string to_json(const Resources& resources, json::Style style) {
  return encode(resources, style);
}

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/writes_unified.h"

#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/limits.h"
#include "spec/json.h"

namespace rt {

void append_unified(const std::map<std::string, std::string>& files, CgroupWrites& out) {
  for (const auto& [file, value] : files) {
    const std::string controller = file.substr(0, file.find('.'));
    const std::size_t before = out.size();
    CgroupWrite write{
        .controller = controller, .file = file, .pointer = "/unified" + json::pointer_step(file)};
    const auto append = [&](std::string_view line) {
      write.value = line;
      out.push_back(write);
    };
    for (const std::string_view line : split(value, '\n')) {
      if (!line.empty()) append(line);
    }
    if (out.size() == before) append({});
  }
}

void refuse_unified(const std::map<std::string, std::string>& files) {
  if (!files.empty()) refuse_resource("/unified", "this host is not on cgroup v2 alone");
}

}  // namespace rt

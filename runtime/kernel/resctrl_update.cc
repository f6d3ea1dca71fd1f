// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/resctrl_update.h"

#include <fcntl.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/mountinfo.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

struct Resource {
  const char* info;    // there when the machine shares it out
  const char* prefix;  // of its lines; "L3" may be followed by CODE or DATA
  const char* disabled;
};
constexpr Resource kL3 = {"info/L3", "L3", "Intel RDT/CAT: l3 cache schema is not enabled"};
constexpr Resource kMemBw = {"info/MB", "MB",
                             "Intel RDT/MBA: memory bandwidth schema is not enabled"};

void check(const Fd& root, const Resource& resource, const std::string& schema) {
  if (schema.empty()) return;
  if (!root.valid() || !sys::stat_at_if_exists(root.get(), resource.info, 0)) {
    throw Error(Code::kUnsupported, resource.disabled);
  }
  if (schema.starts_with(resource.prefix) && schema.find('\n') == std::string::npos) return;
  throw Error(Code::kUsage,
              quoted(schema) + " must be one line that begins with " + quoted(resource.prefix));
}

}  // namespace

Fd open_resctrl_if_mounted() {
  const std::string mounts = read_file("/proc/self/mountinfo", 16 * kSmallFile);
  const auto found = find_mount_point(mounts, "resctrl");
  return found ? open_resctrl(*found) : Fd();
}

ResctrlUpdate ResctrlUpdate::make(Fd root, const ResctrlPlace& place, const std::string& l3_cache,
                                  const std::string& mem_bw) {
  ResctrlUpdate out;
  check(root, kL3, l3_cache);
  check(root, kMemBw, mem_bw);
  for (const std::string& line : {l3_cache, mem_bw}) {
    if (!line.empty()) out.lines_.push_back(line + "\n");
  }
  if (out.lines_.empty()) return out;
  if (place.group.empty()) {
    throw Error(Code::kUnsupported,
                "updating a non-existent Intel RDT configuration is not supported");
  }
  out.root_ = std::move(root);
  out.file_ = place.group + "/schemata";
  return out;
}

void ResctrlUpdate::apply() {
  if (lines_.empty()) return;
  const std::string now = read_file_at(root_.get(), file_);
  for (const std::string_view line : split_lines(now)) {
    before_.push_back(std::string(trim(line)) + "\n");
  }
  for (const std::string& line : lines_) write_kernel_file_at(root_.get(), file_, line);
}

ResctrlUpdate::~ResctrlUpdate() {
  if (before_.empty()) return;
  try {
    for (const std::string& line : before_) write_kernel_file_at(root_.get(), file_, line);
  } catch (const Error& e) {
    log::warning(e.what());
  }
}

}  // namespace rt

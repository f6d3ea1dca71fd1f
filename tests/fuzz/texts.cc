// SPDX-License-Identifier: Apache-2.0
//
// Texts of the kernel, some of which a container can shape (the name of its process, its mounts),
// and the small grammars of the command line.
#include <string>
#include <vector>

#include "runtime/base/mountinfo.h"
#include "runtime/base/procfs.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/hierarchy.h"
#include "runtime/kernel/id_map.h"
#include "spec/mount_options.h"
#include "spec/number_list.h"
#include "spec/version.h"
#include "tests/fuzz/fuzz.h"

namespace rt::fuzz {
namespace {

void run(std::string_view text) {
  for (const std::string_view line : split_lines(text)) {
    (void)parse_mountinfo_line(line);
    (void)spec::parse_number_list(line);
    (void)spec::parse_version(line);
  }
  (void)parse_cgroups(text, text);
  (void)parse_unified(text, "/sys/fs/cgroup");
  (void)parse_proc_stat(text);
  (void)parse_proc_sets(text);
  (void)is_initial_id_map(text);
  try {
    (void)parse_map_text(text);
  } catch (const Error&) {  // the kernel's own text: no other but a fault of the system
  }
  const auto words = split(text, ',');
  refused_or_done([&] { (void)spec::parse_mount_options({words.begin(), words.end()}); });
  const std::string clean = clean_cgroup_path(text);
  demand(clean_cgroup_path(clean) == clean, "a clean path stays as it is");
  demand(("/" + clean + "/").find("/../") == std::string::npos, "no path leads above its root");
}

}  // namespace
}  // namespace rt::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rt::fuzz::run(rt::fuzz::text_of(data, size));
  return 0;
}

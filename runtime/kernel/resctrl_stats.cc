// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/resctrl_stats.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <memory>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

std::optional<std::string> words(int root_fd, const std::string& file) {
  const auto text = read_file_at_if_exists(root_fd, file);
  if (!text) return {};
  return std::string(trim(*text));
}

// "Unavailable" and "Error" stand where a domain has nothing to say (resctrl.rst): not a number.
std::optional<std::uint64_t> number(int root_fd, const std::string& file) {
  const auto text = words(root_fd, file);
  return text ? parse_number<std::uint64_t>(*text) : std::nullopt;
}

std::vector<std::string> schemata(int root_fd, const std::string& group) {
  std::vector<std::string> out;
  const std::string text = read_file_at_if_exists(root_fd, group + "/schemata").value_or("");
  for (const std::string_view line : split_lines(text)) out.emplace_back(trim(line));
  return out;
}

std::string line_of(const std::vector<std::string>& lines, std::string_view resource) {
  const auto found = std::ranges::find_if(
      lines, [&](const std::string& line) { return line.starts_with(resource); });
  return found == lines.end() ? std::string() : *found;
}

// mon_L3_00, mon_L3_01, …
std::vector<std::string> domains(int root_fd, const std::string& directory) {
  std::vector<std::string> out;
  auto opened = sys::open_at_if_exists(root_fd, directory, O_RDONLY | O_DIRECTORY);
  if (!opened) return out;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(opened->get()), ::closedir);
  if (stream == nullptr) throw_errno("fdopendir");
  (void)opened->release();  // closedir closes it
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = entry->d_name;
    if (name.starts_with("mon_L3_")) out.push_back(name);
  }
  std::ranges::sort(out);
  return out;
}

void read_monitors(int root_fd, const std::string& group, ResctrlStats& out) {
  const std::string data = group + "/mon_data";
  for (const std::string& domain : domains(root_fd, data)) {
    const auto value = [&](const char* file) {
      return number(root_fd, std::string(data).append("/").append(domain).append("/").append(file));
    };
    const auto total = value("mbm_total_bytes");
    const auto local = value("mbm_local_bytes");
    const auto occupancy = value("llc_occupancy");
    if (total || local) out.mbm.push_back({total.value_or(0), local.value_or(0)});
    if (occupancy) out.cmt.push_back({*occupancy});
  }
}

}  // namespace

ResctrlStats read_resctrl_stats(int root_fd, const std::string& group, const std::string& monitor) {
  ResctrlStats out;
  const auto info = [&](const char* file) {
    return number(root_fd, std::string("info/").append(file)).value_or(0);
  };
  const std::vector<std::string> root = schemata(root_fd, ".");
  out.schemata = schemata(root_fd, group);
  if (const auto mask = words(root_fd, "info/L3/cbm_mask")) {
    out.l3_cache_info = {*mask, info("L3/min_cbm_bits"), info("L3/num_closids")};
    out.l3_cache_schema_root = line_of(root, "L3");
    out.l3_cache_schema = line_of(out.schemata, "L3");
  }
  if (number(root_fd, "info/MB/num_closids")) {
    out.mem_bw_info = {info("MB/bandwidth_gran"), info("MB/delay_linear"), info("MB/min_bandwidth"),
                       info("MB/num_closids")};
    out.mem_bw_schema_root = line_of(root, "MB");
    out.mem_bw_schema = line_of(out.schemata, "MB");
  }
  read_monitors(root_fd, monitor.empty() ? group : monitor, out);
  return out;
}

}  // namespace rt

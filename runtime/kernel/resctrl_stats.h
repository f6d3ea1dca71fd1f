// SPDX-License-Identifier: Apache-2.0
//
// What a resctrl group may use and has used, in the shape of runc's `events`. Reads only; what the
// processor does not have is left out.
// Source: kernel Documentation/filesystems/resctrl.rst; cli.md 1B.2 "intel_rdt".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rt {

struct L3CacheInfo {
  std::string cbm_mask{};
  std::uint64_t min_cbm_bits = 0;
  std::uint64_t num_closids = 0;
  bool operator==(const L3CacheInfo&) const = default;
};
struct MemBwInfo {
  std::uint64_t bandwidth_gran = 0;
  std::uint64_t delay_linear = 0;
  std::uint64_t min_bandwidth = 0;
  std::uint64_t num_closids = 0;
  bool operator==(const MemBwInfo&) const = default;
};
struct MbmStats {  // bytes, of one L3 domain
  std::uint64_t total = 0;
  std::uint64_t local = 0;
  bool operator==(const MbmStats&) const = default;
};
struct CmtStats {  // bytes, of one L3 domain
  std::uint64_t llc_occupancy = 0;
  bool operator==(const CmtStats&) const = default;
};

struct ResctrlStats {
  std::optional<L3CacheInfo> l3_cache_info{};
  std::string l3_cache_schema_root{};
  std::string l3_cache_schema{};
  std::optional<MemBwInfo> mem_bw_info{};
  std::string mem_bw_schema_root{};
  std::string mem_bw_schema{};
  std::vector<std::string> schemata{};
  std::vector<MbmStats> mbm{};
  std::vector<CmtStats> cmt{};
  bool operator==(const ResctrlStats&) const = default;
};

// `group` and `monitor` as ResctrlPlace has them; without a monitoring group the group measures.
[[nodiscard]] ResctrlStats read_resctrl_stats(int root_fd, const std::string& group,
                                              const std::string& monitor);

}  // namespace rt

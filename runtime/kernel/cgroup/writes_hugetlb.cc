// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/writes_hugetlb.h"

#include <string>

namespace rt {
namespace {

void append(const std::vector<spec::HugepageLimit>& limits, const char* file, CgroupWrites& out) {
  for (const spec::HugepageLimit& one : limits) {
    const std::string prefix = "hugetlb." + one.page_size + ".";
    const std::string value = std::to_string(one.limit);
    out.push_back(
        {"hugetlb", prefix + "rsvd." + file, value, CgroupWrite::OnRefusal::kIgnoreMissing});
    out.push_back({"hugetlb", prefix + file, value});
  }
}

}  // namespace

void append_v1_hugetlb(const std::vector<spec::HugepageLimit>& limits, CgroupWrites& out) {
  append(limits, "limit_in_bytes", out);
}

void append_v2_hugetlb(const std::vector<spec::HugepageLimit>& limits, CgroupWrites& out) {
  append(limits, "max", out);
}

}  // namespace rt

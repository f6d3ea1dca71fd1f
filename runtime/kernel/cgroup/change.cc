// SPDX-License-Identifier: Apache-2.0
//
// New limits for a cgroup that is in use: all of them, or none.
#include <algorithm>
#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/handle.h"
#include "runtime/kernel/cgroup/tree.h"
#include "runtime/kernel/cgroup/undo.h"

namespace rt {
namespace tree = cgroup_tree;
namespace {

// What a file must be given to be as it is now. A cpuset that holds processes cannot be made empty
// again (ENOSPC): then what an empty one means on v2, the processors that it has.
void append_before(int dir_fd, const CgroupWrite& one, CgroupWrites& out) {
  const auto add = [&](const std::string& file, const std::string& value) {
    const auto content = tree::read_if_exists(dir_fd, file);
    if (!content) return false;
    CgroupWrite before{one.controller, file, value_before(file, value, *content)};
    const auto effective = one.controller == "cpuset" && trim(*content).empty()
                               ? tree::read_if_exists(dir_fd, file + ".effective")
                               : std::nullopt;
    if (effective) before.instead = {file, std::string(trim(*effective))};
    out.push_back(std::move(before));
    return true;
  };
  if (!add(one.file, one.value) && one.instead) (void)add(one.instead->file, one.instead->value);
}

}  // namespace

void Cgroup::change(const CgroupWrites& writes, const std::function<void()>& also) const {
  CgroupWrites before;
  for (const CgroupWrite& one : writes) append_before(fd_of(one.controller), one, before);
  std::reverse(before.begin(), before.end());
  try {
    apply(writes);
    also();
  } catch (const Error&) {
    put_back(before);
    throw;
  }
}

// Twice, because limits depend on each other. What is refused although the value is there already
// was never changed; anything else is said, beside the error that brought us here.
void Cgroup::put_back(const CgroupWrites& before) const {
  for (int round = 0; round < 2; ++round) {
    for (const CgroupWrite& one : before) {
      const int dir_fd = fd_of(one.controller);
      if (tree::try_write(dir_fd, one.file, one.value) == ENOSPC && one.instead)
        (void)tree::try_write(dir_fd, one.file, one.instead->value);
    }
  }
  for (const CgroupWrite& one : before) {
    const auto now = tree::read_if_exists(fd_of(one.controller), one.file);
    if (now && value_before(one.file, one.value, *now) == one.value) continue;
    if (now && one.instead && trim(*now) == one.instead->value) continue;
    log::warning(one.file + " could not be put back to " + quoted(one.value));
  }
}

// Half of a pair that one file holds or that is converted together: the other half is what it is.
void Cgroup::complete(spec::Resources& resources) const {
  const auto first_words = [&](std::string_view controller, const char* file) {
    const auto text = tree::read_if_exists(fd_of(controller), file);
    std::vector<std::string> out;
    if (text) {
      for (const std::string_view word : split_blank(trim(*text))) out.emplace_back(word);
    }
    return out;
  };
  const auto limit = [](const std::string& word) -> spec::Limit {
    if (const auto number = parse_number<std::uint64_t>(word)) return *number;
    return spec::Unlimited{};
  };
  const bool halves =
      resources.cpu && resources.cpu->quota.has_value() != (resources.cpu->period.value_or(0) != 0);
  if (halves && version_of("cpu") == CgroupVersion::kV2) {
    const std::vector<std::string> now = first_words("cpu", "cpu.max");
    if (now.size() == 2) {
      if (!resources.cpu->quota) resources.cpu->quota = limit(now[0]);
      if (resources.cpu->period.value_or(0) == 0) {
        resources.cpu->period = parse_number<std::uint64_t>(now[1]);
      }
    }
  }
  const bool swap_alone = resources.memory && resources.memory->swap && !resources.memory->limit;
  if (swap_alone && version_of("memory") == CgroupVersion::kV2) {
    const std::vector<std::string> now = first_words("memory", "memory.max");
    if (now.size() == 1) resources.memory->limit = limit(now[0]);
  }
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/make.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/handle.h"
#include "runtime/kernel/cgroup/tree.h"

namespace rt {
namespace tree = cgroup_tree;
namespace {

// Another container's removal can take a level away between our mkdir and the next one.
constexpr int kAttempts = 16;

std::string words_missing_in(const std::string& wanted, const std::string& present) {
  const auto have = split_blank(trim(present));
  std::string out;
  for (const std::string_view word : split_blank(trim(wanted))) {
    if (std::find(have.begin(), have.end(), word) != have.end()) continue;
    out += (out.empty() ? "+" : " +") + std::string(word);
  }
  return out;
}

// A group with processes can give its children the threaded controllers only, cpu and pids among
// them, and the kernel makes it the root of a threaded subtree for that: nothing could be run below
// it any more, and a group that may be somebody else's had changed. The root of the hierarchy has
// no type and is free of the rule.
bool holds_processes(int dir_fd) {
  const auto type = tree::read_if_exists(dir_fd, "cgroup.type");
  if (!type || trim(*type) != "domain") return false;
  const auto processes = tree::read_if_exists(dir_fd, "cgroup.procs");
  return processes && !processes->empty();
}

// CG-09: all at once, then one by one. What cannot be enabled fails when a limit needs it. Reading
// first: an idle write still takes the kernel's global cgroup lock.
// `available`: what the level above gives; empty: not known. Returns what this one gives.
std::optional<std::string> enable_controllers(int dir_fd, std::optional<std::string> available) {
  if (!available) available = tree::read_if_exists(dir_fd, "cgroup.controllers");
  auto enabled = tree::read_if_exists(dir_fd, "cgroup.subtree_control");
  if (!available || !enabled) return {};
  const std::string missing = words_missing_in(*available, *enabled);
  if (missing.empty() || holds_processes(dir_fd)) return enabled;
  if (tree::try_write(dir_fd, "cgroup.subtree_control", missing) == 0) return {};
  for (const std::string_view one : split_blank(missing)) {
    (void)tree::try_write(dir_fd, "cgroup.subtree_control", one);
  }
  return {};
}

// RC-11: a v1 cpuset starts empty, and nothing can join an empty one.
void inherit_cpuset(int parent_fd, int child_fd) {
  for (const char* file : {"cpuset.cpus", "cpuset.mems"}) {
    const auto own = tree::read_if_exists(child_fd, file);
    if (!own || !trim(*own).empty()) continue;
    const auto parents = tree::read_if_exists(parent_fd, file);
    if (parents) tree::write(child_fd, file, trim(*parents));
  }
}

bool is_cpuset_v1(const CgroupPlace& place) {
  const auto& list = place.controllers;
  return std::find(list.begin(), list.end(), "cpuset") != list.end();
}

bool frozen_v2(int dir_fd) {
  const auto events = tree::read_if_exists(dir_fd, "cgroup.events");
  return events && tree::value_of(*events, "frozen") == 1U;
}

bool frozen_v1(int dir_fd) {
  const auto state = tree::read_if_exists(dir_fd, "freezer.state");
  return state && trim(*state) != "THAWED";
}

// Made now or found: a leaf that cannot take a container is refused (OP-22).
void check_usable(int dir_fd, const CgroupPlace& place, Inside inside) {
  const bool found = place.made_levels == 0;
  if (found && inside == Inside::kNobody) {
    const std::size_t count = tree::all_pids(dir_fd).size();
    if (count > 0) {
      throw Error(Code::kCgroupFailed, "container's cgroup is not empty: " + std::to_string(count) +
                                           " process(es) found");
    }
  }
  const bool v2 = place.version == CgroupVersion::kV2;
  const auto given =
      v2 && found ? tree::read_if_exists(dir_fd, "cgroup.subtree_control") : std::nullopt;
  if (given && !trim(*given).empty()) {
    throw Error(Code::kCgroupFailed,
                "container's cgroup " + quoted(place.path) +
                    " cannot hold processes, because it gives controllers to those below it (" +
                    std::string(trim(*given)) + "): choose one below it");
  }
  // Also a new one is frozen when a level above it is.
  if (v2 ? frozen_v2(dir_fd) : frozen_v1(dir_fd)) {
    throw Error(Code::kCgroupFailed, "container's cgroup unexpectedly frozen");
  }
  const auto type = v2 ? tree::read_if_exists(dir_fd, "cgroup.type") : std::nullopt;
  const std::string_view kind = type ? trim(*type) : "domain";
  if (kind == "domain invalid" || kind == "threaded") {
    throw Error(Code::kCgroupFailed,
                "cannot enter cgroupv2 " + quoted(place.path) +
                    " with domain controllers -- it is in " +
                    (kind == "threaded" ? "threaded mode" : "an invalid state"));
  }
}

// One level, `left` above the leaf. The leaf as a rule is not there, what is above it is. Empty:
// the level above vanished under our hands.
std::optional<Fd> open_or_make(const Fd& above, const std::string& name, std::uint32_t left,
                               CgroupPlace& place) {
  auto found = left > 1 ? tree::open_below_if_exists(above.get(), name) : std::nullopt;
  if (found) {
    place.made_levels = 0;
    return found;
  }
  if (::mkdirat(above.get(), name.c_str(), 0755) == 0) {
    if (place.made_levels == 0) place.made_levels = left;
  } else if (errno == EEXIST) {
    place.made_levels = 0;
  } else if (errno == ENOENT || errno == ENODEV) {
    return {};
  } else {
    throw_errno("mkdir", place.mount_point + "/" + place.path);
  }
  return tree::open_below_if_exists(above.get(), name);
}

// Empty: a level vanished under our hands.
std::optional<Fd> try_make_levels(CgroupPlace& place) {
  auto dir = tree::open_root_if_exists(place);
  if (!dir)
    throw Error(Code::kCgroupFailed, "hierarchy is not mounted", {.path = place.mount_point});
  const auto parts = split(place.path, '/');
  auto left = static_cast<std::uint32_t>(parts.size());
  place.made_levels = 0;
  std::optional<std::string> given;
  for (const std::string_view part : parts) {
    const std::string name(part);
    if (place.version == CgroupVersion::kV2) given = enable_controllers(dir->get(), given);
    auto child = open_or_make(*dir, name, left, place);
    if (!child) return {};
    if (is_cpuset_v1(place)) inherit_cpuset(dir->get(), child->get());
    dir = std::move(child);
    --left;
  }
  return dir;
}

}  // namespace

Fd make_cgroup(CgroupPlace& place, Inside inside) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto leaf = try_make_levels(place);
    if (!leaf) continue;
    check_usable(leaf->get(), place, inside);
    return std::move(*leaf);
  }
  throw Error(Code::kCgroupFailed, "its parents are removed again and again", {.path = place.path});
}

// No more than a look: what create makes of it is in places() of the group.
CgroupPlaces survey_cgroups(CgroupPlaces places) {
  for (CgroupPlace& place : places) {
    place.made_levels = 0;
    std::string path = place.path;
    while (::access((place.mount_point + "/" + path).c_str(), F_OK) != 0) {
      ++place.made_levels;
      const std::size_t slash = path.rfind('/');
      if (slash == path.npos) break;
      path.resize(slash);
    }
  }
  return places;
}

}  // namespace rt

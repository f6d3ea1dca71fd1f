// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/handle.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/limits.h"
#include "runtime/kernel/cgroup/make.h"
#include "runtime/kernel/cgroup/tree.h"

namespace rt {
namespace tree = cgroup_tree;
namespace {

// How long a destructor may take to clean up after a failed create.
constexpr std::chrono::seconds kUndo{2};

bool has_controller(const CgroupPlace& place, std::string_view controller) {
  const auto& list = place.controllers;
  return std::find(list.begin(), list.end(), controller) != list.end();
}

}  // namespace

Cgroup::~Cgroup() {
  (void)discard();
}

bool Cgroup::discard() noexcept {
  if (!std::exchange(owned_, false)) return true;
  try {
    kill_all();
    remove(Deadline::in(kUndo));
    return true;
  } catch (const std::exception&) {  // the error that brought us here is the one to report
    return discard_one_by_one();
  }
}

// What made create fail may be what fails here, a lack of descriptors most of all: without those
// that we hold, and with one hierarchy at a time. A place without a descriptor may be somebody
// else's: there only the levels that create made go.
bool Cgroup::discard_one_by_one() noexcept {
  bool clean = true;
  for (std::size_t i = 0; i < dirs_.size(); ++i) {
    const bool ours = dirs_[i].valid();
    dirs_[i].reset();
    try {
      Cgroup one = Cgroup::open({places_[i]});
      if (ours) one.kill_all();
      one.remove(Deadline::in(kUndo));
    } catch (const std::exception&) {  // as above
      clean = false;
    }
  }
  return clean;
}

Cgroup::Cgroup(Cgroup&& other) noexcept
    : places_(std::move(other.places_)),
      dirs_(std::move(other.dirs_)),
      owned_(std::exchange(other.owned_, false)) {
  other.places_.clear();
  other.dirs_.clear();
}

Cgroup& Cgroup::operator=(Cgroup&& other) noexcept {
  const Cgroup old(std::move(*this));
  places_ = std::exchange(other.places_, {});
  dirs_ = std::exchange(other.dirs_, {});
  owned_ = std::exchange(other.owned_, false);
  return *this;
}

Cgroup Cgroup::create(CgroupPlaces places) {
  Cgroup group;
  group.owned_ = true;
  for (CgroupPlace& place : places) {
    group.places_.push_back(std::move(place));
    const Context here("make cgroup", group.places_.back().path);
    // Until its leaf has been made or found unused, a place has levels to remove but no
    // descriptor, so that undoing cannot kill what is not ours.
    group.dirs_.emplace_back();
    group.dirs_.back() = make_cgroup(group.places_.back());
  }
  return group;
}

Cgroup Cgroup::expect(CgroupPlaces places) {
  Cgroup group;
  group.owned_ = true;
  group.dirs_.resize(places.size());
  group.places_ = std::move(places);
  for (CgroupPlace& place : group.places_) place.made_levels = 0;
  return group;
}

void Cgroup::adopt() {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Context here("make cgroup", places_[i].path);
    dirs_[i] = make_cgroup(places_[i], Inside::kOurs);
  }
}

Cgroup Cgroup::open(CgroupPlaces places) {
  Cgroup group;
  group.places_ = std::move(places);
  for (const CgroupPlace& place : group.places_) {
    const auto root = tree::open_root_if_exists(place);
    auto dir = root ? tree::open_below_if_exists(root->get(), place.path) : std::nullopt;
    group.dirs_.push_back(dir ? std::move(*dir) : Fd());
  }
  return group;
}

bool Cgroup::gone() const noexcept {
  return std::none_of(dirs_.begin(), dirs_.end(), [](const Fd& dir) {
    return dir.valid() && ::faccessat(dir.get(), "cgroup.procs", F_OK, 0) == 0;
  });
}

bool Cgroup::are_new(const CgroupPlaces& places) noexcept {
  return std::all_of(places.begin(), places.end(),
                     [](const CgroupPlace& place) { return place.made_levels > 0; });
}

const CgroupPlace* Cgroup::missing() const noexcept {
  for (std::size_t i = 0; i < dirs_.size(); ++i) {
    if (!dirs_[i].valid()) return &places_[i];
  }
  return nullptr;
}

int Cgroup::into_fd() const noexcept {
  for (std::size_t i = 0; i < dirs_.size(); ++i) {
    if (places_[i].version == CgroupVersion::kV2) return dirs_[i].get();
  }
  return -1;
}

bool Cgroup::is_joined_by_clone() const noexcept {
  return std::all_of(places_.begin(), places_.end(),
                     [](const CgroupPlace& place) { return place.version == CgroupVersion::kV2; });
}

std::optional<Fd> Cgroup::inner_of(pid_t init_pid) const {
  const int leaf = into_fd();
  if (leaf < 0) return {};
  const auto given = tree::read_if_exists(leaf, "cgroup.subtree_control");
  if (!given || trim(*given).empty()) return {};
  const auto own = read_file_if_exists("/proc/" + std::to_string(init_pid) + "/cgroup");
  const std::string path = parse_unified(own.value_or(""), {}).hierarchies[0].own_path;
  for (const CgroupPlace& place : places_) {
    if (place.version != CgroupVersion::kV2 || !path.starts_with(place.path + "/")) continue;
    return tree::open_below_if_exists(leaf, path.substr(place.path.size() + 1));
  }
  return {};
}

void Cgroup::attach(pid_t pid, Where where) const {
  for (std::size_t i = 0; i < dirs_.size(); ++i) {
    if (where == Where::kLegacy && places_[i].version == CgroupVersion::kV2) continue;
    const Context here("join cgroup", places_[i].mount_point);
    tree::write(dirs_[i].get(), "cgroup.procs", std::to_string(pid));
  }
}

int Cgroup::fd_of(std::string_view controller) const noexcept {
  for (std::size_t i = 0; i < dirs_.size(); ++i) {
    if (has_controller(places_[i], controller)) return dirs_[i].get();
  }
  return into_fd();
}

CgroupVersion Cgroup::version_of(std::string_view controller) const noexcept {
  for (const CgroupPlace& place : places_) {
    if (has_controller(place, controller)) return CgroupVersion::kV1;
  }
  return into_fd() < 0 ? CgroupVersion::kNone : CgroupVersion::kV2;
}

void Cgroup::check_before_update(const spec::Resources& resources) const {
  const auto limit = resources.memory ? number_of(resources.memory->limit) : std::nullopt;
  if (!limit || !resources.memory->check_before_update.value_or(false)) return;
  const bool v1 = version_of("memory") == CgroupVersion::kV1;
  const auto text =
      tree::read_if_exists(fd_of("memory"), v1 ? "memory.usage_in_bytes" : "memory.current");
  const auto used = text ? parse_number<std::uint64_t>(trim(*text)) : std::nullopt;
  if (!used || *used < *limit) return;
  const std::string pointer = "/linux/resources/memory/limit";
  throw Error(Code::kCgroupFailed,
              pointer + ": " + std::to_string(*limit) + " is not above the " +
                  std::to_string(*used) + " bytes in use",
              {.pointer = pointer});
}

std::vector<pid_t> Cgroup::pids() const {
  std::vector<pid_t> all;
  for (const Fd& dir : dirs_) {
    if (!dir.valid()) continue;
    for (const pid_t pid : tree::all_pids(dir.get())) {
      if (pid > 0) all.push_back(pid);  // 0: lives in another pid namespace, cannot be named
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace rt

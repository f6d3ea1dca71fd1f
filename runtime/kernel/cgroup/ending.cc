// SPDX-License-Identifier: Apache-2.0
//
// The part of Cgroup that stops what is inside: freeze, thaw, kill, remove.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <span>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/cgroup/handle.h"
#include "runtime/kernel/cgroup/tree.h"

namespace rt {
namespace tree = cgroup_tree;
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFreezeBeforeKill{500};
constexpr int kKillRounds = 100;

// 1, 2, 4 ... 50 ms, never past the deadline.
class Backoff {
 public:
  void wait(const Deadline& deadline) {
    const auto left = milliseconds(deadline.poll_ms());
    const auto span = left.count() < 0 ? next_ : std::min(next_, left);
    (void)::poll(nullptr, 0, static_cast<int>(span.count()));
    next_ = std::min(next_ * 2, milliseconds(50));
  }

 private:
  milliseconds next_{1};
};

// Waits for "key value" in cgroup.events; kernfs wakes a poller of the descriptor that was read.
// False: the deadline passed. A cgroup that is gone counts as having reached it.
bool wait_for_event(int dir_fd, std::string_view key, std::uint64_t value,
                    const Deadline& deadline) {
  const auto events = sys::open_at_if_exists(dir_fd, "cgroup.events", O_RDONLY);
  if (!events) return true;
  for (;;) {
    std::array<char, 256> text{};
    const ssize_t count = ::pread(events->get(), text.data(), text.size(), 0);
    if (count < 0 && errno == ENODEV) return true;
    if (count < 0) throw_errno("read", "cgroup.events");
    if (tree::value_of({text.data(), static_cast<std::size_t>(count)}, key) == value) return true;
    pollfd wait{.fd = events->get(), .events = POLLPRI, .revents = 0};
    if (sys::poll(std::span(&wait, 1), deadline) == 0) return false;
  }
}

// v1: FREEZING can last while a task sleeps in the kernel; writing again makes the kernel look
// again. A cgroup that is gone has no state.
bool reach_v1_state(int dir_fd, std::string_view state, const Deadline& deadline) {
  if (dir_fd < 0) return true;
  Backoff backoff;
  for (;;) {
    const int error_number = tree::try_write(dir_fd, "freezer.state", state);
    if (error_number == ENOENT || error_number == ENODEV) return true;
    if (error_number != 0) tree::write(dir_fd, "freezer.state", state);
    const auto now = tree::read_if_exists(dir_fd, "freezer.state");
    if (!now || trim(*now) == state) return true;
    if (deadline.passed()) return false;
    backoff.wait(deadline);
  }
}

void thaw_v1_below(int dir_fd) {
  tree::walk(
      dir_fd, [](int fd) { (void)tree::try_write(fd, "freezer.state", "THAWED"); },
      [](int, const std::string&) {});
}

std::string listed(const std::vector<pid_t>& pids) {
  std::vector<std::string> texts;
  texts.reserve(pids.size());
  for (const pid_t pid : pids) texts.push_back(std::to_string(pid));
  return join(texts, ", ");
}

[[noreturn]] void too_late(const std::string& what, const std::vector<pid_t>& pids) {
  throw Error(Code::kDeadline, pids.empty() ? what : what + ": " + listed(pids));
}

// Members of any hierarchy that nothing has killed yet. `killed_fd`: a cgroup whose processes are
// dying already, -1 for none.
std::vector<pid_t> left_to_kill(const Cgroup& group, int killed_fd) {
  std::vector<pid_t> all = group.pids();
  if (killed_fd < 0 || all.empty()) return all;
  const std::vector<pid_t> dying = tree::all_pids(killed_fd);
  std::erase_if(
      all, [&](pid_t pid) { return std::find(dying.begin(), dying.end(), pid) != dying.end(); });
  return all;
}

// A pid can be reused between reading it and killing: a pidfd taken before the second reading
// names a process that was a member at that time. False: there was nobody.
bool kill_members(const Cgroup& group, int killed_fd) {
  std::vector<std::pair<pid_t, Fd>> held;
  for (const pid_t pid : left_to_kill(group, killed_fd)) {
    if (auto process = sys::pidfd_open_if_alive(pid)) held.emplace_back(pid, std::move(*process));
  }
  if (held.empty()) return false;
  const std::vector<pid_t> members = group.pids();
  for (const auto& [pid, process] : held) {
    if (std::binary_search(members.begin(), members.end(), pid)) {
      (void)sys::pidfd_send_signal(process.get(), SIGKILL);
    }
  }
  return true;
}

// rmdir of one component; the parents that create made go with it, as long as nobody uses them.
bool remove_levels(const CgroupPlace& place) {
  const auto root = tree::open_root_if_exists(place);
  std::string path = place.path;
  for (std::uint32_t level = 0; root && level < place.made_levels; ++level) {
    const std::size_t slash = path.rfind('/');
    const std::string parent = slash == path.npos ? std::string() : path.substr(0, slash);
    const auto dir = tree::open_below_if_exists(root->get(), parent);
    if (dir && ::unlinkat(dir->get(), path.c_str() + (slash == path.npos ? 0 : slash + 1),
                          AT_REMOVEDIR) != 0) {
      const bool busy = errno == EBUSY || errno == ENOTEMPTY;
      if (busy && level == 0) return false;
      if (busy) return true;
      if (errno != ENOENT && errno != ENODEV) throw_errno("rmdir", place.mount_point + "/" + path);
    }
    path = parent;
  }
  return true;
}

}  // namespace

bool Cgroup::frozen() const {
  const int dir = fd_of("freezer");
  if (dir < 0) return false;
  if (version_of("freezer") == CgroupVersion::kV1) {
    const auto state = tree::read_if_exists(dir, "freezer.state");
    return state && trim(*state) == "FROZEN";
  }
  const auto events = tree::read_if_exists(dir, "cgroup.events");
  return events && tree::value_of(*events, "frozen") == 1U;
}

void Cgroup::freeze(const Deadline& deadline) const {
  const Context here("freeze");
  if (version_of("freezer") == CgroupVersion::kNone) {
    throw Error(Code::kUnsupported, "the container has no cgroup that can be frozen");
  }
  const int dir = fd_of("freezer");
  bool done = false;
  if (version_of("freezer") == CgroupVersion::kV1) {
    done = reach_v1_state(dir, "FROZEN", deadline);
  } else {
    if (tree::try_write(dir, "cgroup.freeze", "1") == ENOENT) {
      throw Error(Code::kUnsupported, "this kernel cannot freeze a cgroup v2");  // before 5.2
    }
    done = wait_for_event(dir, "frozen", 1, deadline);
  }
  if (done) return;
  thaw(Deadline::in(kFreezeBeforeKill));
  too_late("some processes cannot be frozen", pids());
}

void Cgroup::thaw(const Deadline& deadline) const {
  const Context here("thaw");
  const CgroupVersion version = version_of("freezer");
  if (version == CgroupVersion::kNone) {
    throw Error(Code::kUnsupported, "the container has no cgroup that can be thawed");
  }
  const int dir = fd_of("freezer");
  bool done = false;
  if (version == CgroupVersion::kV1) {
    done = reach_v1_state(dir, "THAWED", deadline);
  } else {
    tree::write(dir, "cgroup.freeze", "0");
    done = wait_for_event(dir, "frozen", 0, deadline);
  }
  if (!done) too_late("still frozen, maybe by a cgroup above", pids());
}

void Cgroup::kill_all() const {
  const Context here("kill cgroup");
  const int unified = into_fd();
  const bool at_once = unified >= 0 && tree::try_write(unified, "cgroup.kill", "1") == 0;
  const bool v1_freezer = version_of("freezer") == CgroupVersion::kV1;
  // With a freezer nothing can fork between two readings. Without one: until nothing is new.
  if (!at_once && v1_freezer) {
    (void)reach_v1_state(fd_of("freezer"), "FROZEN", Deadline::in(kFreezeBeforeKill));
  }
  // A process can be in a v1 hierarchy alone: its attach failed half way, or it moved itself.
  const bool all_done = at_once && places_.size() == 1;
  const int rounds = all_done ? 0 : !at_once && v1_freezer ? 1 : kKillRounds;
  for (int round = 0; round < rounds && kill_members(*this, at_once ? unified : -1); ++round) {
    if (at_once && v1_freezer) thaw_v1_below(fd_of("freezer"));
    (void)::poll(nullptr, 0, 1);
  }
  // SIGKILL reaches a task that a v1 freezer holds only when it is thawed, at every level.
  if (v1_freezer && fd_of("freezer") >= 0) thaw_v1_below(fd_of("freezer"));
}

bool Cgroup::remove_if_unused(const CgroupPlaces& places) {
  const Context here("remove cgroup");
  const bool ours = std::all_of(places.begin(), places.end(),
                                [](const CgroupPlace& place) { return place.made_levels > 0; });
  return ours && std::all_of(places.begin(), places.end(), remove_levels);
}

void Cgroup::remove(const Deadline& deadline) {
  const Context here("remove cgroup");
  // One exact wait first: when v2 is empty, the v1 hierarchies are as a rule, too.
  if (into_fd() >= 0) (void)wait_for_event(into_fd(), "populated", 0, deadline);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const CgroupPlace& place = places_[i];
    const Fd& dir = dirs_[i];
    Backoff backoff;
    for (;;) {
      if (dir.valid() && place.version == CgroupVersion::kV2) {
        (void)wait_for_event(dir.get(), "populated", 0, deadline);
      }
      const bool below = !dir.valid() || tree::remove_below(dir.get());
      const bool unused =
          place.made_levels > 0 || !dir.valid() || tree::all_pids(dir.get()).empty();
      if (below && unused && remove_levels(place)) break;
      if (deadline.passed()) too_late("cgroup " + quoted(place.path) + " stays in use", pids());
      backoff.wait(deadline);
    }
  }
  owned_ = false;
}

}  // namespace rt

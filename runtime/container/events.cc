// SPDX-License-Identifier: Apache-2.0
//
// `rt events` sleeps in one poll(2) until the interval is over, memory runs out, or a container
// ends.
#include <fcntl.h>
#include <poll.h>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/container/container.h"
#include "runtime/container/events_document.h"
#include "runtime/container/verbs.h"
#include "runtime/kernel/cgroup/oom_watch.h"

namespace rt {
namespace {

using Print = std::function<void(const std::string&)>;

class Watched {
 public:
  // Throws for a container that does not run, or has nothing that counts.
  Watched(std::string id, const Container& container)
      : id_(std::move(id)), group_(container.cgroup()), resctrl_(container.record().resctrl) {
    auto init = container.init_pidfd();
    if (!init) throw Error(Code::kBadState, "container with id " + id_ + " is not running");
    if (group_.none()) {
      throw Error(Code::kUnsupported, "the container has no cgroup, so nothing is counted");
    }
    init_ = std::move(*init);
  }

  // From here on ooms are told, and the end is noticed.
  void watch() {
    oom_.emplace(group_);
    if (group_.into_fd() < 0) return;
    auto events = sys::open_at_if_exists(group_.into_fd(), "cgroup.events", O_RDONLY);
    if (events) population_ = std::move(*events);
  }

  void print_stats(const Print& print) const {
    print(stats_line(id_, read_stats(group_), resctrl_stats()));
  }
  void print_ooms(const Print& print) {
    for (std::uint64_t left = oom_->take(); left > 0; --left) print(oom_line(id_));
  }

  // Descriptors of -1 are passed over by poll(2).
  void add_to(std::vector<pollfd>& all) const {
    all.push_back(oom_->polled());
    all.push_back({init_.get(), POLLIN, 0});
    all.push_back({population_.get(), POLLPRI, 0});
  }
  // Init has ended, and with a shared pid namespace so has everything else. Where only v1 is
  // there nothing tells when the rest ends: then it is looked for once in an interval.
  [[nodiscard]] bool ended() {
    pollfd init{init_.get(), POLLIN, 0};
    if (init_.valid() && sys::poll({&init, 1}, Deadline::in({})) > 0) init_.reset();
    char byte = 0;
    // Reading makes the next change news; a file that is gone would wake every poll.
    if (population_.valid() && ::pread(population_.get(), &byte, 1, 0) <= 0) population_.reset();
    return !init_.valid() && group_.pids().empty();
  }

 private:
  [[nodiscard]] ResctrlStats resctrl_stats() const {
    if (resctrl_.group.empty()) return {};
    const Fd root = open_resctrl(resctrl_.mount_point);
    return read_resctrl_stats(root.get(), resctrl_.group, resctrl_.monitor);
  }

  std::string id_;
  Cgroup group_;
  ResctrlPlace resctrl_;
  Fd init_{};        // pidfd; invalid: it has ended
  Fd population_{};  // cgroup.events, v2
  std::optional<OomWatch> oom_{};
};

void stream(std::vector<Watched> all, std::chrono::milliseconds interval, const Print& print) {
  for (Watched& one : all) one.watch();
  Deadline next = Deadline::in(interval);
  while (!all.empty()) {
    std::vector<pollfd> fds;
    for (const Watched& one : all) one.add_to(fds);
    (void)sys::poll(fds, next);
    for (Watched& one : all) one.print_ooms(print);
    std::erase_if(all, [](Watched& one) { return one.ended(); });
    if (!next.passed()) continue;
    for (const Watched& one : all) one.print_stats(print);
    next = Deadline::in(interval);
  }
}

}  // namespace

void events(const EventsOptions& options, const Print& print) {
  const Context here("events");
  std::vector<Watched> all;
  for (const ContainerName& name : options.names) {
    const Context of(name.id);
    all.emplace_back(name.id, Container::open(name));
  }
  if (!options.stats) return stream(std::move(all), options.interval, print);
  for (const Watched& one : all) one.print_stats(print);
}

}  // namespace rt

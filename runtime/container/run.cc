// SPDX-License-Identifier: Apache-2.0
//
// create and start in one process; without --detach also the wait and the delete.
#include <sys/prctl.h>

#include "runtime/base/close_together.h"
#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/container/create.h"
#include "runtime/container/foreground.h"
#include "runtime/container/host_terminal.h"
#include "runtime/container/start.h"
#include "runtime/container/verbs.h"

namespace rt {
namespace {

// Whatever happens before the end of the run, the container does not outlive it.
class DestroyUnlessKept {
 public:
  explicit DestroyUnlessKept(Container& container) : container_(&container) {}
  ~DestroyUnlessKept() {
    if (container_ == nullptr) return;
    try {
      container_->destroy();
    } catch (const std::exception&) {  // `delete` can be repeated by hand
      return;
    }
  }
  DestroyUnlessKept(const DestroyUnlessKept&) = delete;
  DestroyUnlessKept& operator=(const DestroyUnlessKept&) = delete;
  DestroyUnlessKept(DestroyUnlessKept&&) = delete;
  DestroyUnlessKept& operator=(DestroyUnlessKept&&) = delete;
  void keep() noexcept { container_ = nullptr; }

 private:
  Container* container_;
};

int run_detached(const RunOptions& options) {
  Created created = create_container(options.create, Presence::kDetached, WaitsFor::kCaller);
  DestroyUnlessKept guard(created.container);
  start_detached(created);
  created.init.keep();
  guard.keep();
  return 0;
}

int run_foreground(const RunOptions& options) {
  const SignalInbox inbox;
  if (!options.no_subreaper) sys::prctl(PR_SET_CHILD_SUBREAPER, 1);
  Created created = create_container(options.create, Presence::kForeground, WaitsFor::kCaller);
  DestroyUnlessKept guard(created.container);
  copy_host_size_to(created.terminal);
  std::optional<NotifyRelay> relay = start_created(created);
  created.container.dir().unlock();  // others may exec, kill and look while it runs
  const int status = attend(created.init, inbox, std::move(created.terminal), std::move(relay));
  guard.keep();
  if (!options.keep && created.container.dir().lock()) created.container.destroy();
  CloseTogether::leave_to_exit();
  return status;
}

}  // namespace

int run(const RunOptions& options) {
  const Context here("run", options.create.name.id);
  return options.detach ? run_detached(options) : run_foreground(options);
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// Who may trace rt-init and use its files in /proc: nobody, but for short windows that a runtime
// without privileges needs (decision 0015).
#pragma once

#include <sys/prctl.h>

#include "runtime/base/sys.h"
#include "runtime/init/plan.h"

namespace rt {

// PR_SET_DUMPABLE 0: nobody in a joined namespace may trace us (CVE-2016-9962).
inline void refuse_tracers() {
  sys::prctl(PR_SET_DUMPABLE, 0);
}

// The files of an undumpable process in /proc belong to root, so that neither an unprivileged
// runtime nor its newuidmap(1) could write our id maps and time offsets, nor a hook of it open our
// namespaces. While we wait for them, and only then, they belong to our user. That user may trace
// us meanwhile, and gains nothing: we hold no right, no file and no secret that the user has not,
// and could have been traced before rt-init began. A process in a container whose namespaces we
// joined cannot: that takes CAP_SYS_PTRACE in our user namespace, which is not its own (ptrace(2)).
// Where it is its own, because we joined that, too, there is no window.
class Traceable {
 public:
  explicit Traceable(const NamespacePlan& plan) : Traceable(plan.traceable) {}
  // Nothing is joined yet: no container can see us.
  static Traceable before_joining() { return Traceable(1); }
  ~Traceable() {
    if (on_ != 0) (void)::prctl(PR_SET_DUMPABLE, 0);
  }
  Traceable(const Traceable&) = delete;
  Traceable& operator=(const Traceable&) = delete;
  Traceable(Traceable&&) = delete;
  Traceable& operator=(Traceable&&) = delete;

 private:
  explicit Traceable(std::uint8_t on) : on_(on) {
    if (on_ != 0) sys::prctl(PR_SET_DUMPABLE, 1);
  }
  std::uint8_t on_;
};

// The same, and it lasts until execve: for the runtime to fetch a seccomp listener. Under the
// filter prctl(2) may be forbidden, so that there is no way back.
inline void allow_tracers(const NamespacePlan& plan) {
  if (plan.traceable != 0) sys::prctl(PR_SET_DUMPABLE, 1);
}

}  // namespace rt

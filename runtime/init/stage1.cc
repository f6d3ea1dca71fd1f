// SPDX-License-Identifier: Apache-2.0
#include <sched.h>
#include <sys/prctl.h>

#include "runtime/base/child.h"
#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/init/protocol.h"
#include "runtime/init/stage.h"
#include "runtime/kernel/namespaces.h"

namespace rt {
namespace {

std::vector<JoinedNamespace> pair_up(const std::vector<std::uint32_t>& types, std::vector<Fd> fds) {
  if (types.size() != fds.size()) throw Error(Code::kProtocol, "namespace descriptors are missing");
  std::vector<JoinedNamespace> out;
  for (std::size_t i = 0; i < types.size(); ++i) out.push_back({types[i], std::move(fds[i])});
  return out;
}

void make_user_namespace(const NamespacePlan& plan, const Channel& up) {
  if ((plan.created & CLONE_NEWUSER) == 0) return;
  const Context here("make user namespace");
  sys::unshare(CLONE_NEWUSER);
  send_msg(up, Msg::kNeedIdMap);
  (void)expect(up, Msg::kHostDone);
}

// Root of the user namespace owns what the next namespaces create (the root of mqueue, say).
void become_root(const NamespacePlan& plan) {
  if (plan.become_root == 0) return;
  const Context here("become root of the user namespace");
  sys::setresgid(0);
  sys::setresuid(0);
}

void make_namespaces(const NamespacePlan& plan, const Channel& up) {
  const Context here("make namespaces");
  const std::uint32_t rest = plan.created & ~std::uint32_t{CLONE_NEWUSER};
  if (rest != 0) sys::unshare(static_cast<int>(rest));
  if (plan.time_offsets.empty()) return;
  send_msg(up, Msg::kNeedTime);  // before the first process enters it (time_namespaces(7))
  (void)expect(up, Msg::kHostDone);
}

}  // namespace

void refuse_tracers() {
  sys::prctl(PR_SET_DUMPABLE, 0);
}

void stage1(const InitPlan& plan, const Channel& up, std::vector<Fd> namespaces) {
  {
    const Context here("join namespaces");
    refuse_tracers();
    join_namespaces(pair_up(plan.namespaces.joined, std::move(namespaces)));
  }
  make_user_namespace(plan.namespaces, up);
  become_root(plan.namespaces);
  make_namespaces(plan.namespaces, up);
}

}  // namespace rt

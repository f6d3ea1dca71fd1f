// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>

#include <cerrno>

#include "runtime/base/child.h"
#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/init/protocol.h"
#include "runtime/init/stage.h"
#include "runtime/init/traceable.h"
#include "runtime/kernel/masked_paths.h"
#include "runtime/kernel/namespaces.h"
#include "runtime/kernel/oom_score.h"

namespace rt {
namespace {

std::vector<JoinedNamespace> pair_up(const std::vector<std::uint32_t>& types, std::vector<Fd> fds) {
  if (types.size() != fds.size()) throw Error(Code::kProtocol, "namespace descriptors are missing");
  std::vector<JoinedNamespace> out;
  for (std::size_t i = 0; i < types.size(); ++i) out.push_back({types[i], std::move(fds[i])});
  return out;
}

void ask_runtime(const NamespacePlan& plan, const Channel& up, Msg what) {
  const Traceable window(plan);
  send_msg(up, what);
  (void)expect(up, Msg::kHostDone);
}

void make_user_namespace(const NamespacePlan& plan, const Channel& up) {
  if ((plan.created & CLONE_NEWUSER) == 0) return;
  const Context here("make user namespace");
  unshare_user();
  ask_runtime(plan, up, Msg::kNeedIdMap);
}

// Root of the user namespace owns what the next namespaces create (the root of mqueue, say).
void become_root(const NamespacePlan& plan) {
  if (plan.become_root == 0) return;
  const Context here("become root of the user namespace");
  try {
    sys::setresgid(plan.root_gid);
    sys::setresuid(plan.root_uid);
  } catch (const Error& e) {
    // A joined one may have no id 0; it has given us its capabilities all the same.
    if (e.facts().error_number != EINVAL) throw;
  }
}

void make_namespaces(const NamespacePlan& plan, const Channel& up, std::uint32_t which) {
  const Context here("make namespaces");
  const std::uint32_t flags = plan.created & which;
  if (flags != 0) sys::unshare(static_cast<int>(flags));
  if ((flags & CLONE_NEWTIME) == 0 || plan.time_offsets.empty()) return;
  ask_runtime(plan, up, Msg::kNeedTime);  // before the first process enters it (time_namespaces(7))
}

Fd open_inside(const InsideTree& tree) {
  const Context here("open mount source", tree.source);
  if (tree.device) return clone_host_device(*tree.device);
  return make_tree({.source = tree.source,
                    .from_dir_fd = AT_FDCWD,
                    .recursive = tree.recursive != 0,
                    .follow_link = tree.follow_link != 0,
                    .keep_peers = tree.keep_peers != 0},
                   tree.change, tree.propagation);
}

// In our own mount namespace, where the host's paths are still visible, what the runtime may not do
// in its. Still with the caller's user id and groups: those of root in the container, as a rule a
// subordinate id, might not reach the files.
InsideMounts open_mounts(const InitPlan& plan) {
  InsideMounts out;
  if (plan.mounts_inside == 0) return out;
  isolate_mounts();
  for (const InsideTree& tree : plan.trees) out.trees.push_back(open_inside(tree));
  const Context here("rootfs", plan.rootfs.host_path);
  out.null_device = make_null_device();
  out.root = clone_rootfs(plan.rootfs, open_rootfs_place(plan.rootfs).get());
  attach_rootfs(plan.rootfs, out.root.get());
  return out;
}

}  // namespace

void set_oom_score(const NamespacePlan& plan) {
  if (!plan.oom_score_adj) return;
  const Traceable window = Traceable::before_joining();
  write_oom_score_adj("self", *plan.oom_score_adj);
}

void join(const NamespacePlan& plan, std::vector<Fd> namespaces) {
  auto pairs = pair_up(plan.joined, std::move(namespaces));
  if (pairs.empty()) return;
  refuse_tracers();
  join_namespaces(std::move(pairs));
}

InsideMounts stage1(const InitPlan& plan, const Channel& up, std::vector<Fd> namespaces) {
  set_oom_score(plan.namespaces);
  {
    const Context here("join namespaces");
    join(plan.namespaces, std::move(namespaces));
  }
  make_user_namespace(plan.namespaces, up);
  // These two before the change of ids: see open_mounts() and Traceable.
  constexpr std::uint32_t kFirst = CLONE_NEWNS | CLONE_NEWTIME;
  const std::uint32_t first = plan.mounts_inside != 0 ? kFirst : 0;
  if (first != 0) make_namespaces(plan.namespaces, up, first);
  InsideMounts mounts = open_mounts(plan);
  become_root(plan.namespaces);
  make_namespaces(plan.namespaces, up, ~(first | CLONE_NEWUSER));
  return mounts;
}

}  // namespace rt

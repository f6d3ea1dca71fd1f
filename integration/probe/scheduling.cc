// SPDX-License-Identifier: Apache-2.0
// How the process is run and where its memory goes; its session keyring.
#include <linux/keyctl.h>
#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "json.h"
#include "probe.h"

namespace probe {
namespace {

struct SchedAttr {  // <linux/sched/types.h> clashes with <sched.h> of older libcs
  std::uint32_t size = sizeof(SchedAttr);
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

std::string sched(const Args& /*args*/) {
  SchedAttr attr;
  if (syscall(SYS_sched_getattr, 0, &attr, sizeof attr, 0) != 0) {
    return Object().text("error", errno_name(errno)).str();
  }
  return Object()
      .num("policy", attr.policy)
      .num("flags", static_cast<std::int64_t>(attr.flags))
      .num("nice", attr.nice)
      .num("priority", attr.priority)
      .num("runtime", static_cast<std::int64_t>(attr.runtime))
      .num("deadline", static_cast<std::int64_t>(attr.deadline))
      .num("period", static_cast<std::int64_t>(attr.period))
      .str();
}

std::string mempolicy(const Args& /*args*/) {
  int mode = 0;
  unsigned long nodes[16] = {};
  if (syscall(SYS_get_mempolicy, &mode, nodes, 8 * sizeof nodes, 0, 0) != 0) {
    return Object().text("error", errno_name(errno)).str();
  }
  return Object().num("mode", mode).num("nodes", static_cast<std::int64_t>(nodes[0])).str();
}

std::string keyring(const Args& /*args*/) {
  char text[256] = {};
  const long serial = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
  if (syscall(SYS_keyctl, KEYCTL_DESCRIBE, KEY_SPEC_SESSION_KEYRING, text, sizeof text) < 0) {
    return Object().text("error", errno_name(errno)).str();
  }
  const std::string_view all = text;  // "keyring;UID;GID;PERMISSIONS;NAME"
  return Object().num("serial", serial).text("name", all.substr(all.rfind(';') + 1)).str();
}

constexpr Fact kFacts[] = {{"sched", sched}, {"mempolicy", mempolicy}, {"keyring", keyring}};

}  // namespace

std::span<const Fact> scheduling_facts() {
  return kFacts;
}

}  // namespace probe

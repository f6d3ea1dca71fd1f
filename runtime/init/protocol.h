// SPDX-License-Identifier: Apache-2.0
//
// The frames between rt and rt-init, who sends each and when (docs/protocol.md has the drawing).
//
//   rt ──► rt-init                                      rt-init ──► rt
//   Plan      the InitPlan; joined namespaces' fds      NeedIdMap  the new user namespace waits
//   HostDone  what was asked for is done                NeedTime   the new time namespace waits
//   Begin     gate, rootfs tree, null device            Stage2     pid; its pidfd
//   Trees     up to 64 detached mounts, in order        Trees      asks for the next batch
//   Kept      the container is recorded                 NeedHooks  the environment is built
//                                                       Terminal   the master of the pty
//                                                       Listener   number of the notify fd
//                                                       Ready      everything but execve is done
//                                                       Error      the last frame of a failure
//                                                       Log        a warning
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/channel.h"
#include "runtime/base/error.h"

namespace rt {

enum class Msg : std::uint32_t {
  kPlan = 1,
  kNeedIdMap,
  kNeedTime,
  kHostDone,
  kStage2,
  kBegin,
  kTrees,
  kNeedHooks,
  kTerminal,
  kListener,
  kReady,
  kKept,
  kError,
  kLog,
};

inline constexpr std::size_t kTreesPerFrame = 64;  // keeps both sides far from RLIMIT_NOFILE

// The descriptors that Begin carries, in this order.
enum BeginFd : std::size_t {
  kGateFd,        // O_PATH of the FIFO that start opens; exec: the writing end of a pipe
  kRootfsFd,      // the detached tree, or the directory itself where nothing is mounted; this and
                  // the next are left out where stage 1 opens them (InitPlan::mounts_inside)
  kNullDeviceFd,  // for masks; not for exec
  kBeginFds,
};

[[nodiscard]] const char* msg_name(Msg kind) noexcept;  // "Stage2", for --debug

void send_msg(const Channel& channel, Msg kind, std::string_view payload = {},
              std::span<const int> fds = {});

// The facts of an Error as a frame's payload and back. The receiver's contexts come in front.
std::string encode_error(const Error& error);
[[noreturn]] void rethrow(std::string_view payload);

// rt-init: the next frame, which must be `kind`. EOF means that the runtime is gone: exits at once.
Frame expect(const Channel& channel, Msg kind);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// rt-init: the small static program that stands between rt and the container's own program. rt
// embeds it and runs it from a sealed memfd: rt-init CHANNEL-FD KEPT-FDS
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>

#include "runtime/base/child.h"
#include "runtime/base/error.h"
#include "runtime/base/fd_range.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/init/protocol.h"
#include "runtime/init/stage.h"
#include "runtime/init/traceable.h"

// The handler of libstdc++ would name the exception, and brings the demangler with it: a tenth of a
// program that is written anew for every process. Nothing here ends by an exception that nobody
// catches.
namespace __cxxabiv1 {
extern std::terminate_handler __terminate_handler;
std::terminate_handler __terminate_handler = std::abort;  // NOLINT: libstdc++'s own name
}  // namespace __cxxabiv1

namespace rt {
namespace {

void set_name(const char* name) {
  (void)::prctl(PR_SET_NAME, name);
}

// The one frame around a stage: an Error becomes the last frame on the channel.
template <class Body>
int run_stage(const char* stage, const Channel& up, Body body) noexcept {
  try {
    const Context here(stage);
    return body();
  } catch (const Error& e) {
    try {
      send_msg(up, Msg::kError, encode_error(e));
    } catch (...) {  // the runtime is gone: nobody to tell
      return 1;
    }
  } catch (const std::exception& e) {
    try {
      send_msg(up, Msg::kError, encode_error(Error(Code::kInternal, e.what())));
    } catch (...) {
      return 1;
    }
  }
  return 1;
}

int second(const InitPlan& plan, Channel& up, Stage2Start start) {
  set_name("rt:[2]");
  return run_stage("stage 2", up, [&] { return stage2(plan, up, std::move(start)); });
}

int first(const InitPlan& plan, Channel& up, std::vector<Fd> namespaces, mode_t umask) {
  set_name("rt:[1]");
  return run_stage("stage 1", up, [&] {
    InsideMounts mounts = stage1(plan, up, std::move(namespaces));
    refuse_tracers();
    Child child = spawn({.flags = CLONE_PARENT}, [&] {
      return second(plan, up, {.inherited_umask = umask, .mounts = std::move(mounts)});
    });
    const std::array<int, 1> pidfd{child.pidfd()};
    send_msg(up, Msg::kStage2, std::to_string(child.pid()), pidfd);
    child.keep();
    return 0;
  });
}

int init(int channel_fd, unsigned kept_fds) {
  refuse_tracers();
  const mode_t umask = ::umask(0);  // modes are what the plan says
  Channel up{Fd(channel_fd)};
  std::optional<FdRange> reserved;
  Frame frame;
  InitPlan plan;
  const int failed = run_stage("rt-init", up, [&] {
    sys::set_cloexec(channel_fd, true);
    reserved.emplace(3, kept_fds);
    frame = expect(up, Msg::kPlan);
    plan = decode_plan(frame.payload);
    return 0;
  });
  if (failed != 0) return failed;
  if (plan.namespaces.two_stages != 0) return first(plan, up, std::move(frame.fds), umask);
  return second(plan, up, {.inherited_umask = umask, .namespaces = std::move(frame.fds)});
}

}  // namespace
}  // namespace rt

int main(int argc, char** argv) {
  const auto channel = argc == 3 ? rt::parse_number<int>(argv[1]) : std::nullopt;
  const auto kept = argc == 3 ? rt::parse_number<unsigned>(argv[2]) : std::nullopt;
  if (!channel || !kept) {
    constexpr std::string_view kText = "rt-init is run by rt only\n";
    (void)!::write(2, kText.data(), kText.size());
    return 1;
  }
  try {
    return rt::init(*channel, *kept);
  } catch (const std::exception&) {  // before a stage runs there is nobody who listens
    return 1;
  }
}

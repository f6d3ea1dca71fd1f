// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/launch.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "runtime/base/close_together.h"
#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/phases.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sealed_image.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

extern "C" const char rt_init_image[];      // NOLINT: the embedded program (cmake/embed.cmake)
extern "C" const char rt_init_image_end[];  // NOLINT

namespace rt {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);  // for one frame; hooks have their own

constexpr auto kLastWords = std::chrono::seconds(1);  // for what a dead process left in the queue

Fd init_image() {
  return sealed_memfd("rt-init",
                      {rt_init_image, static_cast<std::size_t>(rt_init_image_end - rt_init_image)},
                      Executable::kYes);
}

int say_failed(const Channel& up, const std::string& call, int error) noexcept {
  try {
    send_msg(
        up, Msg::kError,
        encode_error(Error(Code::kSystem, call + ": " + errno_text(error),
                           {.syscall = call.substr(0, call.find(' ')), .error_number = error})));
  } catch (...) {  // the runtime sees EOF instead
    return 1;
  }
  return 1;
}

// A copy of the channel that survives exec. Its number lies above what the program keeps and the
// place of the report (handover.cc), as a rule right above: what rt-init opens is one run then
// (close_together.h).
int copy_of_channel(const Channel& up, int image_fd, std::uint32_t kept_fds) noexcept {
  const int number = 3 + static_cast<int>(kept_fds) + 1;
  const bool in_use = number == image_fd || number == up.fd();
  return in_use ? ::fcntl(up.fd(), F_DUPFD, number) : ::dup2(up.fd(), number);
}

int exec_init(const Channel& up, int image_fd, std::uint32_t kept_fds,
              std::uint64_t ignored_signals) noexcept {
  const int channel_fd = copy_of_channel(up, image_fd, kept_fds);
  if (channel_fd < 0) return say_failed(up, "dup2", errno);
  std::string name = "rt-init";
  std::string number = std::to_string(channel_fd);
  std::string kept = std::to_string(kept_fds);
  std::array<char*, 4> argv{name.data(), number.data(), kept.data(), nullptr};
  std::array<char*, 1> envp{nullptr};
  reset_signals(ignored_signals);
  return say_failed(up, "execveat rt-init", exec_image(image_fd, argv.data(), envp.data()));
}

std::uint64_t clone_flags(const NamespacePlan& plan) {
  return plan.two_stages != 0 ? 0 : plan.created;
}

std::optional<Fd> get_descriptor(const Child& init, int number) {
  try {
    return sys::pidfd_getfd(init.pidfd(), number);
  } catch (const Error& e) {
    if (e.facts().error_number != EPERM) throw;
    throw Error(Code::kUnsupported,
                "pidfd_getfd: operation not permitted: without privileges a seccomp listener can "
                "only be had from a container that makes its user namespace, not from a process "
                "that joins one",
                {.syscall = "pidfd_getfd", .error_number = EPERM});
  }
}

// The notify descriptor appears when the filter is in force; until then the number is empty or,
// for a moment, something else.
Fd fetch_listener(const Child& init, int number) {
  for (const Deadline deadline = Deadline::in(std::chrono::seconds(10)); !deadline.passed();) {
    if (auto found = get_descriptor(init, number)) {
      const std::string link = "/proc/self/fd/" + std::to_string(found->get());
      if (sys::readlink_at(AT_FDCWD, link).find("seccomp") != std::string::npos) {
        return std::move(*found);
      }
    }
    ::usleep(1000);
  }
  throw Error(Code::kDeadline, "the seccomp filter was not loaded in time");
}

}  // namespace

struct Launch::Rule {
  Msg kind;
  std::uint8_t phases;  // bit (1 << Phase)
  void (Launch::*handle)(Frame&);
};

#define IN(phase) (1U << static_cast<unsigned>(Phase::phase))
const Launch::Rule Launch::kRules[] = {
    {Msg::kNeedIdMap, IN(kStage1), &Launch::on_need_id_map},
    {Msg::kNeedTime, IN(kStage1), &Launch::on_need_time},
    {Msg::kStage2, IN(kStage1), &Launch::on_stage2},
    {Msg::kTrees, IN(kBuilding), &Launch::on_trees},
    {Msg::kNeedHooks, IN(kBuilding), &Launch::on_need_hooks},
    {Msg::kTerminal, IN(kBuilding), &Launch::on_terminal},
    {Msg::kListener, IN(kBuilding), &Launch::on_listener},
    {Msg::kReady, IN(kBuilding), &Launch::on_ready},
    {Msg::kError, IN(kStage1) | IN(kBuilding), &Launch::on_error},
    {Msg::kLog, IN(kStage1) | IN(kBuilding), &Launch::on_log},
};
#undef IN

Launch::Launch(const InitPlan& plan, LaunchOptions options, HostSide& host)
    : plan_(plan), host_(host) {
  auto [here, there] = make_channel();
  channel_ = std::move(here);
  const bool asks_first = (plan.namespaces.created & (CLONE_NEWUSER | CLONE_NEWTIME)) != 0;
  early_ = !asks_first && host_.can_begin_early();
  if (early_) prepare(options);
  const Fd image = init_image();
  const int image_fd = image.get();
  phases::end("sealed image");
  const Channel& up = there;
  const std::uint32_t kept = plan.process.kept_fds;
  const std::uint64_t ignored = own_sets() ? own_sets()->ignored_signals : ~std::uint64_t{0};
  Child child = spawn({.flags = clone_flags(plan.namespaces),
                       .cgroup_fd = options.cgroup_fd,
                       .memory = options.memory},
                      [&] { return exec_init(up, image_fd, kept, ignored); });
  const bool folded = plan.namespaces.two_stages == 0;
  (folded ? init_ : stage1_) = std::move(child);
  there.close();

  phases::end("clone");
  telling_kills([&] {
    host_.spawned(folded ? init_.pid() : stage1_.pid());
    if (!early_) send_plan(options);
    if (folded && !peer_gone_) begin();
  });
}

// What the host does with a process that was killed fails in whichever call comes next, and so does
// what rt-init does with a child of its own. systemd even removes the cgroup of a scope with it.
template <class Act>
void Launch::telling_kills(Act act) {
  try {
    act();
  } catch (const Error&) {
    const std::string note = host_.death_note(killed_);
    if (!note.empty()) throw Error(Code::kOutOfMemory, note);
    throw;
  }
}

// Everything that Plan and Begin need, before there is anybody to read them.
void Launch::prepare(const LaunchOptions& options) {
  host_.apply_limits();
  send_plan(options);
  if (plan_.namespaces.two_stages == 0) send_begin();
  phases::end("limits and mounts of the host");
}

void Launch::send_plan(const LaunchOptions& options) {
  std::vector<int> fds;
  for (const Fd& one : options.namespaces) fds.push_back(one.get());
  send(Msg::kPlan, encode_plan(plan_), fds);
}

// Where it is gone already, its last frame, if any, is in our queue and says why.
void Launch::send(Msg kind, std::string_view payload, std::span<const int> fds) {
  try {
    send_msg(channel_, kind, payload, fds);
  } catch (const Error& e) {
    if (e.facts().error_number != EPIPE && e.facts().error_number != ECONNRESET) throw;
    peer_gone_ = true;
  }
}

void Launch::serve() {
  telling_kills([&] {
    while (phase_ != Phase::kReady) {
      Frame frame = next_frame();
      phases::end(std::string("until ") + msg_name(static_cast<Msg>(frame.kind)));
      dispatch(frame);
    }
  });
}

Frame Launch::next_frame() {
  const bool hooks = !plan_.create_container.list.empty();
  const Deadline deadline = peer_gone_ ? Deadline::in(kLastWords)
                            : hooks    ? Deadline::never()
                                       : Deadline::in(kPatience);
  const std::string what = phase_ == Phase::kStage1 ? "stage 1" : "stage 2";
  std::optional<Frame> frame;
  try {
    frame = channel_.receive(deadline, what);
  } catch (const Error& e) {
    if (e.code() == Code::kDeadline) explain_delay(e.what());
    throw;
  }
  if (!frame) explain_silence();
  return std::move(*frame);
}

void Launch::dispatch(Frame& frame) {
  for (const Rule& rule : kRules) {
    if (static_cast<std::uint32_t>(rule.kind) != frame.kind) continue;
    if ((rule.phases & (1U << static_cast<unsigned>(phase_))) == 0) break;
    return (this->*rule.handle)(frame);
  }
  throw Error(Code::kProtocol,
              "frame " + std::to_string(frame.kind) + " from rt-init is not allowed now");
}

void Launch::begin() {
  phase_ = Phase::kBuilding;
  if (!early_) host_.apply_limits();
  host_.begin(init_.pid());
  // Stage 2 must not speak before stage 1 has announced it.
  if (!early_ || plan_.namespaces.two_stages != 0) send_begin();
  host_.while_building(init_.pid());
  phases::end("begin");
}

void Launch::send_begin() {
  const CloseTogether sent;
  std::vector<Fd> owned;  // in the order of BeginFd
  owned.push_back(host_.gate());
  if (plan_.mounts_inside == 0) owned.push_back(host_.rootfs());
  if (plan_.mounts_inside == 0 && plan_.joins_container == 0) {
    owned.push_back(host_.null_device());
  }
  std::vector<int> fds;
  for (const Fd& one : owned) fds.push_back(one.get());
  send(Msg::kBegin, {}, fds);
  if (host_.tree_count() > 0) send_trees();
}

void Launch::send_trees() {
  std::vector<Fd> batch;
  std::vector<int> fds;
  const std::size_t end = std::min(host_.tree_count(), trees_sent_ + kTreesPerFrame);
  for (; trees_sent_ < end; ++trees_sent_) {
    batch.push_back(host_.tree(trees_sent_));
    fds.push_back(batch.back().get());
  }
  send(Msg::kTrees, {}, fds);
}

void Launch::on_need_id_map(Frame& /*frame*/) {
  host_.write_id_maps(stage1_.pid());
  send_msg(channel_, Msg::kHostDone);
}

void Launch::on_need_time(Frame& /*frame*/) {
  host_.write_time_offsets(stage1_.pid());
  send_msg(channel_, Msg::kHostDone);
}

void Launch::on_stage2(Frame& frame) {
  const auto pid = parse_number<pid_t>(frame.payload);
  if (!pid || frame.fds.size() != 1) throw Error(Code::kProtocol, "Stage2 frame is malformed");
  init_ = Child(*pid, std::move(frame.fds.front()));
  const ExitStatus ended = stage1_.wait();
  if (ended.shell_code() != 0) throw Error(Code::kInternal, "stage 1: " + ended.text());
  begin();
}

void Launch::on_trees(Frame& /*frame*/) {
  send_trees();
}

void Launch::on_need_hooks(Frame& /*frame*/) {
  host_.run_hooks(init_.pid());
  send_msg(channel_, Msg::kHostDone);
}

void Launch::on_terminal(Frame& frame) {
  if (frame.fds.size() != 1) throw Error(Code::kProtocol, "Terminal frame is malformed");
  host_.take_terminal(std::move(frame.fds.front()));
}

void Launch::on_listener(Frame& frame) {
  const auto number = parse_number<int>(frame.payload);
  if (!number) throw Error(Code::kProtocol, "Listener frame is malformed");
  host_.take_listener(fetch_listener(init_, *number), init_.pid());
  send_msg(channel_, Msg::kHostDone);
}

// R21: the kernel's answer counts. Asked from here it is one file, inside a call for each
// capability.
void Launch::confirm_bounding_set() const {
  const auto sets = read_proc_sets(std::to_string(init_.pid()));
  if (sets && sets->bounding == plan_.process.identity.capabilities.bounding) return;
  throw Error(Code::kSystem, sets ? "the kernel shows another bounding set"
                                  : "the bounding set of the process cannot be read");
}

void Launch::on_ready(Frame& frame) {
  confirm_bounding_set();
  phases::add_steps(frame.payload);
  phase_ = Phase::kReady;
}

void Launch::on_error(Frame& frame) {
  rethrow(frame.payload);
}

void Launch::on_log(Frame& frame) {
  host_.log(frame.payload);
}

void Launch::explain_silence() {
  Child& child = stage1_.valid() ? stage1_ : init_;
  const char* name = stage1_.valid() ? "stage 1" : "stage 2";
  const auto ended = child.wait_until(Deadline::in(std::chrono::seconds(5)));
  killed_ = ended && ended->is(SIGKILL);
  throw Error(Code::kInternal, std::string(name) + " ended without a word: " +
                                   (ended ? ended->text() : "still there, channel closed"));
}

void Launch::explain_delay(const std::string& what) {
  const Child& child = stage1_.valid() ? stage1_ : init_;
  std::string text = what + ": pid " + std::to_string(child.pid());
  if (const auto facts = read_proc_stat(child.pid()))
    text += ", state " + std::string(1, facts->state);
  const std::string wchan = "/proc/" + std::to_string(child.pid()) + "/wchan";
  if (const auto where = read_file_if_exists(wchan)) text += ", waits in " + *where;
  throw Error(Code::kDeadline, text);
}

Launch::Kept Launch::keep() {
  release(std::move(channel_));
  return {.init = std::move(init_)};
}

Launch::Kept Launch::keep_waiting() noexcept {
  return {.init = std::move(init_), .go = std::move(channel_)};
}

void release(Channel channel) {
  send_msg(channel, Msg::kKept);
}

}  // namespace rt

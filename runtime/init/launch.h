// SPDX-License-Identifier: Apache-2.0
//
// The runtime's half of making a process: clones it, runs rt-init in it from a sealed memfd, and
// answers its frames by a table of {kind, phase in which it is allowed, what to do}. Owns the
// process: killed and reaped unless keep() is called. docs/protocol.md has the drawing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/channel.h"
#include "runtime/base/child.h"
#include "runtime/init/plan.h"
#include "runtime/init/protocol.h"

namespace rt {

// What only the host side can do for the new process. Called in the order of the frames.
class HostSide {
 public:
  HostSide() = default;
  virtual ~HostSide() = default;
  HostSide(const HostSide&) = delete;
  HostSide& operator=(const HostSide&) = delete;
  HostSide(HostSide&&) = delete;
  HostSide& operator=(HostSide&&) = delete;

  // Nothing of this needs the pid before Ready: then Plan and Begin lie in the channel before the
  // process exists. It finds them there, and need not be woken: the kernel wakes the reader of a
  // socket on the writer's processor, where it waits until the writer sleeps.
  [[nodiscard]] virtual bool can_begin_early() const = 0;
  // Before it may fork, unless Begin lies there already: what is inherited then comes too late
  // here.
  virtual void spawned(pid_t pid) = 0;
  virtual void write_id_maps(pid_t pid) = 0;
  virtual void write_time_offsets(pid_t pid) = 0;
  virtual void apply_limits() = 0;     // of the cgroup: before mounts
  virtual void begin(pid_t init) = 0;  // the container's own process, before it can be Ready
  // Beside rt-init's mounts. Done before any hook or program of the container runs: those wait for
  // an answer.
  virtual void while_building(pid_t init) = 0;
  virtual Fd gate() = 0;
  virtual Fd rootfs() = 0;
  virtual Fd null_device() = 0;
  virtual std::size_t tree_count() = 0;
  virtual Fd tree(std::size_t index) = 0;  // in the order of the plan
  virtual void run_hooks(pid_t init) = 0;  // network devices, prestart, createRuntime
  virtual void take_terminal(Fd master) = 0;
  virtual void take_listener(Fd notify, pid_t init) = 0;
  virtual void log(std::string_view line) = 0;
  // Why what was done failed: "", or that the kernel has killed for memory. `killed`: the process
  // is known to have ended by SIGKILL.
  virtual std::string death_note(bool killed) = 0;
};

// To a process that was kept waiting. Closes the channel.
void release(Channel channel);

struct LaunchOptions {
  int cgroup_fd = -1;  // to start in; -1: HostSide::spawned() moves it
  // In the order of plan.namespaces.joined: a namespace each, or a pidfd for several
  // (setns(2), 5.8).
  std::vector<Fd> namespaces{};
  // kCopy for a frozen cgroup: nothing would interrupt the wait for execve before it is thawed.
  Memory memory = Memory::kShareUntilExec;
};

class Launch {
 public:
  // Clones and executes rt-init; nothing of the plan has happened yet when this returns.
  Launch(const InitPlan& plan, LaunchOptions options, HostSide& host);

  // Answers frames until Ready. Throws the child's own error, kDeadline, or an explanation of its
  // silence.
  void serve();

  [[nodiscard]] const Child& init() const noexcept { return init_; }
  struct Kept {
    Child init;
    Channel go{};
  };
  // The container is recorded: the process goes on to its gate, or to its program.
  Kept keep();
  // The same, when whoever holds the channel says so by release().
  Kept keep_waiting() noexcept;

 private:
  enum class Phase : std::uint8_t { kStage1, kBuilding, kReady };
  struct Rule;
  static const Rule kRules[];

  template <class Act>
  void telling_kills(Act act);
  Frame next_frame();
  void dispatch(Frame& frame);
  void prepare(const LaunchOptions& options);
  void send(Msg kind, std::string_view payload, std::span<const int> fds);
  void send_plan(const LaunchOptions& options);
  void begin();
  void send_begin();
  void send_trees();
  void on_need_id_map(Frame& frame);
  void on_need_time(Frame& frame);
  void on_stage2(Frame& frame);
  void on_trees(Frame& frame);
  void on_need_hooks(Frame& frame);
  void on_terminal(Frame& frame);
  void on_listener(Frame& frame);
  void on_ready(Frame& frame);
  void on_error(Frame& frame);
  void on_log(Frame& frame);
  void confirm_bounding_set() const;
  [[noreturn]] void explain_silence();
  [[noreturn]] void explain_delay(const std::string& what);

  const InitPlan& plan_;
  HostSide& host_;
  Channel channel_{};
  Child stage1_{};
  Child init_{};
  Phase phase_ = Phase::kStage1;
  std::size_t trees_sent_ = 0;
  bool early_ = false;  // see HostSide::can_begin_early()
  bool peer_gone_ = false;
  bool killed_ = false;
};

}  // namespace rt

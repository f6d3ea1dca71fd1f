// SPDX-License-Identifier: Apache-2.0
//
// CRIU as a child that does one request ("criu swrk"): its folders, its process, the talk with it.
// Not for what is asked (checkpoint.cc, restore.cc) nor for the bytes (criu_wire.h).
// Rule: as runc and go-criu use it; https://criu.org/RPC.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/base/channel.h"
#include "runtime/base/child.h"
#include "runtime/base/fd.h"
#include "runtime/container/criu_wire.h"
#include "runtime/container/verbs.h"
#include "spec/config.h"

namespace rt {

// The folders of --image-path and --work-path, made where they are missing.
class CriuFolders {
 public:
  // `log_file` is CRIU's, in the work folder. Throws kUsage for a --parent-path that is absolute or
  // no folder.
  CriuFolders(const CriuOptions& options, std::string log_file);

  [[nodiscard]] const Fd& images() const noexcept { return images_; }
  // A wish with the log and what all requests have in common.
  [[nodiscard]] CriuWish wish(const CriuOptions& options) const;
  // "(00.1) Error (criu/x.c:1): why" as "criu/x.c:1: why", the last ones, joined by "; ". "": none.
  [[nodiscard]] std::string last_errors() const;
  [[nodiscard]] std::string log_path() const;
  // Once more, by their names: as the caller's mount namespace has them.
  [[nodiscard]] std::pair<Fd, Fd> open_again() const;  // images, work

 private:
  Fd images_{};
  Fd work_{};  // invalid: the images'
  std::string parent_{};
  std::string log_file_{};
};

// CRIU's configuration file, from the annotation org.criu.config; an empty one means none. Else
// the host's, if there is one.
std::string criu_config_file(const spec::Annotations& annotations);

class Criu {
 public:
  struct Start {
    const CriuFolders& folders;     // borrowed
    std::vector<int> passed_fds{};  // stay open in it, under the same numbers
    int cgroup_fd = -1;             // a cgroup v2 to start in
    bool own_stdio = false;         // ours becomes what it restores; else it has /dev/null
    std::string root{};             // with `root_mount`: bound there, where nobody else sees it
    std::string root_mount{};
  };
  // Throws kUnsupported when there is no "criu" in PATH. `start` is to outlive this.
  explicit Criu(const Start& start);

  // What the notification brings along besides its answer.
  using OnNotice = std::function<void(const CriuAnswer& notice, Fd descriptor)>;

  [[nodiscard]] pid_t pid() const noexcept { return child_.pid(); }
  // Until CRIU has done it, and is gone. Throws with the end of its log when it failed, and what
  // `on_notice` throws once CRIU has undone its work.
  CriuAnswer ask(CriuType type, CriuWish wish, const OnNotice& on_notice);

 private:
  struct Packet;
  Packet receive() const;
  void send(const std::string& bytes) const;
  [[noreturn]] void explain(CriuType type, const CriuAnswer& answer) const;

  const CriuFolders& folders_;
  Child child_{};
  Fd socket_{};
  std::int32_t images_number_ = -1;  // in its process
  std::int32_t work_number_ = -1;
};

}  // namespace rt

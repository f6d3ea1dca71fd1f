// SPDX-License-Identifier: Apache-2.0
//
// The state directory of one container, <root>/<id>: the record (state.json), the configuration as
// it was at create (config.json), the gate (exec.fifo). Directories are 0700, files 0600. One lock
// a container: flock on the directory itself, so it goes with its holder.
// Rules: runtime-spec runtime.md OP-06, OP-07; security R16.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/container/record.h"
#include "runtime/container/verbs.h"
#include "spec/config.h"

namespace rt {

// Throws kUsage: "container id cannot be empty", "invalid container ID format".
void check_id(const std::string& id);

class StateDir {
 public:
  // Makes root (0700) and directory, and takes the lock. Removed again unless kept. Throws
  // kAlreadyExists "container with given ID already exists".
  static StateDir claim(const ContainerName& name);
  // Throws kNoSuchContainer "container does not exist".
  static StateDir open(const ContainerName& name);
  static std::optional<StateDir> open_if_exists(const ContainerName& name);

  ~StateDir();
  StateDir(StateDir&& other) noexcept;
  StateDir(const StateDir&) = delete;
  StateDir& operator=(StateDir&&) = delete;
  StateDir& operator=(const StateDir&) = delete;
  void keep() noexcept { owned_ = false; }

  // Waits for whoever holds it; throws kDeadline after 10 s. False: the directory was removed
  // meanwhile.
  [[nodiscard]] bool lock();
  void unlock();
  [[nodiscard]] bool locked_by_another() const;  // false, too, where the lock is ours

  void save(const Record& record) const;
  [[nodiscard]] std::optional<Record> record_if_exists()
      const;                            // empty: a create that crashed early
  [[nodiscard]] Record record() const;  // throws kNoSuchContainer instead
  void save_config(const std::string& text) const;
  [[nodiscard]] spec::Config config() const;

  void make_gate() const;
  [[nodiscard]] Fd gate_handle() const;                         // O_PATH
  [[nodiscard]] std::optional<Fd> open_gate_if_exists() const;  // for reading; does not block
  [[nodiscard]] bool has_gate() const;
  void remove_gate() const;

  // Everything inside, then the directory. Repeatable.
  void remove();
  [[nodiscard]] int fd() const noexcept { return dir_.get(); }
  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] std::string path() const;

 private:
  StateDir(Fd root, Fd dir, const ContainerName& name) noexcept;
  std::string root_path_;
  std::string id_;
  Fd root_;
  Fd dir_;
  bool owned_ = false;
  bool locked_ = false;
};

// The ids below `root`, sorted. Empty optional: there is no such directory.
std::optional<std::vector<std::string>> list_ids(const std::string& root);

}  // namespace rt

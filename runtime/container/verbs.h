// SPDX-License-Identifier: Apache-2.0
//
// What rt can do to a container: one function a verb, options in, effect or Error out.
// The command line maps each command onto exactly one of these. A container is named by
// (root, id) alone; everything else that later verbs need lies in its state directory.
// Rules: runtime-spec runtime.md (operations, lifecycle); command texts as runc and crun have them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rt {

// Where state directories live and under which name. `root` is absolute.
struct ContainerName {
  std::string root{};
  std::string id{};
};

// How cgroups are made. kSystemd is refused until it is built.
enum class CgroupManager : std::uint8_t { kCgroupfs, kSystemd, kDisabled };

struct CreateOptions {
  ContainerName name{};
  std::string bundle = ".";            // directory; relative to the working directory
  std::string config = "config.json";  // relative to the bundle
  std::string console_socket{};        // empty: none
  std::string pidfd_socket{};          // empty: none
  std::string pid_file{};              // empty: none; relative to the working directory
  unsigned preserve_fds = 0;           // how many after 2 (and after LISTEN_FDS)
  CgroupManager cgroup_manager = CgroupManager::kCgroupfs;
  bool no_pivot = false;
  bool no_new_keyring = false;
};

struct RunOptions {
  CreateOptions create{};
  bool detach = false;
  bool keep = false;  // do not delete after a foreground run
  bool no_subreaper = false;
};

struct KillOptions {
  ContainerName name{};
  std::string signal = "SIGTERM";  // number, name with or without SIG, RTMIN+n
  bool all = false;
};

struct DeleteOptions {
  ContainerName name{};
  bool force = false;
};

// One container as `state` and `list` show it.
struct ContainerView {
  std::string id{};
  std::string status{};  // creating, created, running, paused, stopped
  std::string bundle{};
  std::string created{};  // RFC 3339, UTC
  std::string owner{};    // user name of the state directory, "#UID" if unknown
  std::string json{};     // compact state document
  int pid = 0;            // host pid, 0 when stopped
};

void create(const CreateOptions& options);
int run(
    const RunOptions& options);  // exit status of the program, 128+n for signal n; 0 with detach
void start(const ContainerName& name);
ContainerView state(const ContainerName& name);
void kill(const KillOptions& options);
void delete_container(const DeleteOptions& options);

// Broken entries are reported to `broken` as one line each and skipped. A missing root is an
// error unless `root_may_be_missing`.
std::vector<ContainerView> list(const std::string& root, bool root_may_be_missing,
                                std::vector<std::string>& broken);
std::vector<std::string> ids_matching(const std::string& root,
                                      const std::string& regex);  // POSIX extended

std::string features_json();  // pretty, 4 spaces, newline at the end
std::string example_config_json(
    bool rootless);  // what `rt spec` writes: tabs, no newline at the end

}  // namespace rt

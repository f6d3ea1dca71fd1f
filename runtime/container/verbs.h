// SPDX-License-Identifier: Apache-2.0
//
// What rt can do to a container: one function a verb, options in, effect or Error out.
// The command line maps each command onto exactly one of these. A container is named by
// (root, id) alone; everything else that later verbs need lies in its state directory.
// Rules: runtime-spec runtime.md (operations, lifecycle); command texts as runc and crun have them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "spec/resources.h"

namespace rt {

// Where state directories live and under which name. `root` is absolute.
struct ContainerName {
  std::string root{};
  std::string id{};
};

// Who makes the cgroup. It is recorded, and later verbs ask the record.
enum class CgroupManager : std::uint8_t { kCgroupfs, kSystemd, kDisabled };

// Whether a cgroup that the caller may not make can be done without. kAuto: for whoever is not root
// of the whole machine.
enum class Rootless : std::uint8_t { kAuto, kTrue, kFalse };

struct CreateOptions {
  ContainerName name{};
  std::string bundle = ".";            // directory; relative to the working directory
  std::string config = "config.json";  // relative to the bundle
  std::string console_socket{};        // empty: none
  std::string pidfd_socket{};          // empty: none
  std::string pid_file{};              // empty: none; relative to the working directory
  unsigned preserve_fds = 0;           // how many after 2 (and after LISTEN_FDS)
  CgroupManager cgroup_manager = CgroupManager::kCgroupfs;
  Rootless rootless = Rootless::kAuto;
  bool no_pivot = false;
  bool no_new_keyring = false;
};

struct RunOptions {
  CreateOptions create{};
  bool detach = false;
  bool keep = false;  // do not delete after a foreground run
  bool no_subreaper = false;
};

// A further process: by flags, or by a document (then the flags from `args` on have no meaning).
struct ExecOptions {
  ContainerName name{};
  std::string process_file{};      // of --process, for messages; empty: flags
  std::string process_document{};  // its text: a `process` object
  std::vector<std::string> args{};
  std::string cwd{};                           // empty: the container's; so for all that follow
  std::vector<std::string> env{};              // added
  std::string user{};                          // "UID" or "UID:GID"
  std::vector<std::string> additional_gids{};  // added
  std::vector<std::string> capabilities{};     // added to bounding, effective and permitted
  std::vector<std::string> cgroups{};          // where below the container's (sub_cgroup.h)
  std::string apparmor{};
  std::string process_label{};
  bool no_new_privs = false;
  bool tty = false;
  bool detach = false;
  bool ignore_paused = false;
  std::string console_socket{};  // empty: none; so for the next two
  std::string pidfd_socket{};
  std::string pid_file{};
  unsigned preserve_fds = 0;
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

// Lines for the container's resctrl group; empty: that one stays.
struct ResctrlSchemas {
  std::string l3_cache{};
  std::string mem_bw{};
};

struct EventsOptions {
  std::vector<ContainerName> names{};
  std::chrono::milliseconds interval = std::chrono::seconds(5);  // between two statistics
  bool stats = false;                                            // one of each, and no events
};

// What checkpoint and restore tell CRIU alike.
struct CriuOptions {
  std::string image_path = "checkpoint";  // relative to the working directory; made if missing
  std::string work_path{};                // of CRIU's log; empty: that of the images
  std::string parent_path{};              // images of an earlier pre-dump, relative to image_path
  std::string manage_cgroups_mode = "soft";  // soft, full, strict, ignore
  std::string network_lock{};                // iptables, nftables, skip; empty: CRIU's default
  std::vector<std::string> empty_ns{};       // "network"
  bool tcp_established = false;
  bool ext_unix_sk = false;
  bool shell_job = false;
  bool file_locks = false;
  bool lazy_pages = false;
  bool auto_dedup = false;
};

struct CheckpointOptions {
  ContainerName name{};
  CriuOptions criu{};
  std::string page_server{};  // ADDRESS:PORT; empty: none
  int status_fd = -1;         // gets \0 when lazy pages can be asked for
  bool leave_running = false;
  bool pre_dump = false;
  bool tcp_skip_in_flight = false;
  bool link_remap = false;
};

struct RestoreOptions {
  CreateOptions create{};
  CriuOptions criu{};
  std::string lsm_profile{};  // TYPE:NAME
  std::string lsm_mount_context{};
  bool tcp_close = false;
  bool detach = false;
  bool no_subreaper = false;
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
int exec(const ExecOptions& options);  // as run; 0 with detach
ContainerView state(const ContainerName& name);
void kill(const KillOptions& options);
// Every process of its cgroup and below, host pids, sorted; empty when it has stopped.
std::vector<int> processes(const ContainerName& name);
// Its processes, into files; the container is gone afterwards, unless it was to stay.
void checkpoint(const CheckpointOptions& options);
int restore(const RestoreOptions& options);  // as run
void pause(const ContainerName& name);       // returns when it is frozen
void resume(const ContainerName& name);      // of a paused one
// What `resources` leaves out stays as it is; device rules are not touched. All or nothing.
void update(const ContainerName& name, const spec::Resources& resources,
            const ResctrlSchemas& schemas);
// Statistics and out-of-memory events, each a line of JSON handed to `print`; returns when all of
// the containers have ended. All must run when it is called.
void events(const EventsOptions& options, const std::function<void(const std::string&)>& print);
void delete_container(const DeleteOptions& options);

// Broken entries are reported to `broken` as one line each and skipped. A missing root is an
// error unless `root_may_be_missing`.
std::vector<ContainerView> list(const std::string& root, bool root_may_be_missing,
                                std::vector<std::string>& broken);
std::vector<std::string> ids_matching(const std::string& root,
                                      const std::string& regex);  // POSIX extended

// Pretty, 4 spaces, newline at the end.
std::string features_json(const std::string& libseccomp_version);
std::string example_config_json(
    bool rootless);  // what `rt spec` writes: tabs, no newline at the end

}  // namespace rt

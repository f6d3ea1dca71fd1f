// SPDX-License-Identifier: Apache-2.0
//
// What CRIU and its caller say to each other: the messages of CRIU's images/rpc.proto that rt
// needs, in the wire format of Protocol Buffers (decision 0022). Pure; the socket is in criu.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rt {

// criu_req_type
enum class CriuType : std::uint32_t { kDump = 1, kRestore = 2, kPreDump = 4, kNotify = 6 };

using WordPair = std::pair<std::string, std::string>;
using WordNumber = std::pair<std::string, std::int32_t>;

// criu_opts. What is empty, false or absent is not sent.
struct CriuWish {
  std::int32_t images_dir_fd = -1;  // of the process that speaks
  std::optional<std::int32_t> work_dir_fd{};
  std::optional<std::int32_t> pid{};  // what to dump
  std::string log_file{};             // in the work directory
  std::optional<std::int32_t> log_level{};
  std::string root{};
  std::string parent_img{};
  std::string freeze_cgroup{};
  std::string config_file{};
  std::string lsm_profile{};
  std::string lsm_mount_context{};
  std::optional<std::int32_t> manage_cgroups_mode{};
  std::optional<std::int32_t> network_lock{};
  std::optional<std::int32_t> empty_ns{};  // CLONE_NEW*
  std::optional<WordNumber> page_server{};
  std::vector<WordPair> ext_mnt{};       // mount point, name; or name, source
  std::vector<WordPair> cg_root{};       // controller, path
  std::vector<WordPair> join_ns{};       // kind, path
  std::vector<WordNumber> inherit_fd{};  // name, descriptor in CRIU's own process
  std::vector<std::string> external{};
  bool leave_running = false;
  bool ext_unix_sk = false;
  bool tcp_established = false;
  bool tcp_skip_in_flight = false;
  bool tcp_close = false;
  bool evasive_devices = false;
  bool shell_job = false;
  bool file_locks = false;
  bool notify_scripts = false;
  bool track_mem = false;
  bool auto_dedup = false;
  bool link_remap = false;
  bool rst_sibling = false;
  bool lazy_pages = false;
  bool orphan_pts_master = false;
};

std::string encode_request(CriuType type, const CriuWish& wish);
// The answer to a notification: what it asked for is done, or not.
std::string encode_notified(bool success);

// criu_resp
struct CriuAnswer {
  CriuType type = CriuType::kNotify;
  bool success = false;
  std::string script{};    // of a notification: "setup-namespaces", "orphan-pts-master", …
  std::int32_t pid = 0;    // of a notification, or of what was restored
  std::int32_t error = 0;  // an errno that CRIU thinks to be the reason
  std::string error_text{};
};

// Throws Error(kProtocol) for bytes that are no such message.
CriuAnswer decode_answer(std::string_view bytes);

}  // namespace rt

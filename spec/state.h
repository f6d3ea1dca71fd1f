// SPDX-License-Identifier: Apache-2.0
//
// The state document: what hooks read on stdin, and the heart of what `rt state` prints.
// Source: runtime-spec 1.3, runtime.md "State"; config-linux.md "The Container Process State".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rt::spec {

inline constexpr const char* kOciVersion = "1.3.0";  // of the documents that rt writes
inline constexpr const char* kOciVersionMin = "1.0.0";

enum class Status : std::uint8_t {
  kCreating,
  kCreated,
  kRunning,
  kStopped,
  kPaused,  // not a word of the spec: for `state` and `list`, never for hooks
};

struct State {
  std::string oci_version = kOciVersion;
  std::string id{};
  Status status = Status::kCreating;
  std::int32_t pid = 0;  // in the reader's pid namespace; 0 when stopped
  std::string bundle{};  // absolute
  std::map<std::string, std::string> annotations{};
  bool operator==(const State&) const = default;
};

// What the seccomp listener's socket receives beside the descriptor.
struct ContainerProcessState {
  std::string oci_version = kOciVersion;
  std::vector<std::string> fds{};  // "seccompFd": names of the SCM_RIGHTS entries
  std::int32_t pid = 0;            // as the runtime sees it
  std::string metadata{};          // seccomp.listenerMetadata
  State state{};
  bool operator==(const ContainerProcessState&) const = default;
};

}  // namespace rt::spec

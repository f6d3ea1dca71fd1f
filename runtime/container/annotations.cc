// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/annotations.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "spec/json.h"

namespace rt {
namespace {

constexpr const char* kHandler = "run.oci.handler";
constexpr const char* kContainerType = "io.kubernetes.cri.container-type";

std::string pointer_of(const char* key) {
  return "/annotations" + json::pointer_step(key);
}

[[noreturn]] void refuse(Code code, const char* key, const std::string& why) {
  const std::string pointer = pointer_of(key);
  throw Error(code, pointer + ": " + why, {.pointer = pointer});
}

void read_label_option(Annotated& out, const std::string& value) {
  constexpr std::array<std::string_view, 4> kOptions{"context", "defcontext", "fscontext",
                                                     "rootcontext"};
  if (std::find(kOptions.begin(), kOptions.end(), value) == kOptions.end()) {
    refuse(Code::kBadConfig, "run.oci.mount_context_type",
           "expected context, defcontext, fscontext or rootcontext, is " + quoted(value));
  }
  out.label_option = value;
}

struct Row {
  const char* key;
  void (*read)(Annotated& out, const std::string& value);
};

// A handler runs what is in the bundle in another way (WebAssembly, a virtual machine); rt has
// none. The pause container of a pod is never meant.
constexpr Row kRows[] = {
    {kContainerType, [](Annotated&, const std::string&) {}},
    {kHandler, [](Annotated&, const std::string&) {}},
    {"run.oci.keep_original_groups",
     [](Annotated& out, const std::string& value) { out.keep_groups = value != "0"; }},
    {"run.oci.mount_context_type", read_label_option},
    {"run.oci.pidfd_receiver",
     [](Annotated& out, const std::string& value) { out.pidfd_socket = value; }},
    {"run.oci.seccomp.receiver",
     [](Annotated& out, const std::string& value) { out.seccomp_listener = value; }},
};

std::string value_of(const spec::Annotations& annotations, const char* key) {
  const auto found = annotations.find(key);
  return found == annotations.end() ? "" : found->second;
}

}  // namespace

Annotated read_annotations(const spec::Annotations& annotations) {
  const std::string handler = value_of(annotations, kHandler);
  if (!handler.empty() && value_of(annotations, kContainerType) != "sandbox")
    refuse(Code::kUnsupported, kHandler, "there is no handler " + quoted(handler));
  Annotated out;
  for (const Row& row : kRows) {
    const auto found = annotations.find(row.key);
    if (found != annotations.end()) row.read(out, found->second);
  }
  return out;
}

void fill_listener_path(spec::Config& config) {
  const Annotated annotated = read_annotations(config.annotations);
  if (!config.linux_ || !config.linux_->seccomp) return;
  std::string& path = config.linux_->seccomp->listener_path;
  if (path.empty()) path = annotated.seccomp_listener;
}

std::vector<std::string> read_annotation_keys() {
  std::vector<std::string> out;
  for (const Row& row : kRows) out.emplace_back(row.key);
  return out;
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "spec/unsupported.h"

#include <algorithm>
#include <string>

#include "runtime/base/error.h"

namespace rt::spec {
namespace {

template <class T>
struct Row {
  const char* pointer;
  bool (*used)(const T& value);
};

constexpr Row<Process> kProcess[] = {
    {"/apparmorProfile", [](const Process& p) { return !p.apparmor_profile.empty(); }},
    {"/selinuxLabel", [](const Process& p) { return !p.selinux_label.empty(); }},
};

// For exec only: the spec wants it ignored for the container's first process.
constexpr Row<Process> kExec[] = {
    {"/execCPUAffinity", [](const Process& p) { return p.exec_cpu_affinity.has_value(); }},
};

constexpr Row<Linux> kLinux[] = {
    {"/mountLabel", [](const Linux& l) { return !l.mount_label.empty(); }},
    {"/intelRdt", [](const Linux& l) { return l.intel_rdt.has_value(); }},
    {"/netDevices", [](const Linux& l) { return !l.net_devices.empty(); }},
};

template <class T, std::size_t N>
void refuse(const Row<T> (&rows)[N], const T& value, std::string_view file,
            const std::string& base) {
  for (const Row<T>& row : rows) {
    if (!row.used(value)) continue;
    const std::string pointer = base + row.pointer;
    throw Error(Code::kUnsupported,
                std::string(file) + ": " + pointer + ": not supported by this build",
                Facts{.path = std::string(file), .pointer = pointer});
  }
}

template <class T, std::size_t N>
void refuse(const Row<T> (&rows)[N], const std::optional<T>& value, std::string_view file,
            const std::string& base) {
  if (value) refuse(rows, *value, file, base);
}

}  // namespace

void refuse_unsupported(const Config& config, std::string_view file_name) {
  refuse(kProcess, config.process, file_name, "/process");
  refuse(kLinux, config.linux_, file_name, "/linux");
}

void refuse_unsupported(const Process& process, std::string_view file_name) {
  refuse(kProcess, process, file_name, "");
  refuse(kExec, process, file_name, "");
}

}  // namespace rt::spec

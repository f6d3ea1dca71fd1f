// SPDX-License-Identifier: Apache-2.0
#include "spec/validate.h"

#include <algorithm>

#include "spec/rules.h"
#include "spec/version.h"

namespace rt::spec {
namespace {

// config.md "Specification version". A newer minor passes: what it adds are unknown members.
void oci_version(const Config& config, const Place& at) {
  const auto version = parse_version(config.oci_version);
  const Place here = at / "ociVersion";
  if (!version) here.bad(quoted(config.oci_version) + " is not a semantic version");
  if (version->major != 1)
    here.bad("version " + quoted(config.oci_version) + " is not 1.x, the one that rt reads");
}

// config.md "Root": required on Linux.
void root(const Config& config, const Place& at) {
  if (!config.root) at.bad("missing \"root\"");
  if (config.root->path.empty()) (at / "root" / "path").bad("must not be empty");
}

// config.md "Process". May be absent until start.
void process(const Config& config, const Place& at) {
  if (config.process) check_process(*config.process, at / "process");
}

// config.md "Hostname", "Domainname": in a UTS namespace of the container's, because it would
// rename the host otherwise. The kernel's limit is __NEW_UTS_LEN.
void host_names(const Config& config, const Place& at) {
  constexpr std::size_t kMost = 64;  // bytes
  const std::pair<const char*, const std::string&> names[] = {
      {"hostname", config.hostname},
      {"domainname", config.domainname},
  };
  for (const auto& [field, value] : names) {
    if (value.size() > kMost) (at / field).bad("longer than " + std::to_string(kMost) + " bytes");
    if (!value.empty() && find_namespace(config, NamespaceType::kUts) == nullptr)
      (at / field).bad("needs a uts namespace in /linux/namespaces");
  }
}

// config.md "Annotations": keys must not be empty.
void annotations(const Config& config, const Place& at) {
  if (config.annotations.contains("")) (at / "annotations").bad("a key must not be empty");
}

using Rule = void (*)(const Config& config, const Place& at);
constexpr Rule kRules[] = {oci_version, root,        process,      host_names,
                           annotations, check_hooks, check_mounts, check_linux};

}  // namespace

const Namespace* find_namespace(const Config& config, NamespaceType type) noexcept {
  if (!config.linux_) return nullptr;
  for (const Namespace& ns : config.linux_->namespaces)
    if (ns.type == type) return &ns;
  return nullptr;
}

void require_absolute(const std::string& path, const Place& at) {
  if (!path.starts_with('/')) at.bad("must be an absolute path, is " + quoted(path));
}

// config-linux.md "User namespace mappings". user_namespaces(7): no overlap, at most 340 lines
// (kernel 4.15), nothing beyond the 32-bit range, size above 0.
void require_mappings(const std::vector<IdMapping>& mappings, const Place& at) {
  constexpr std::size_t kMostLines = 340;
  if (mappings.size() > kMostLines)
    at.bad("more than " + std::to_string(kMostLines) + " mappings, the kernel's limit");
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    const IdMapping& a = mappings[i];
    if (a.size == 0) (at / i / "size").bad("must not be 0");
    for (const auto& [field, first] :
         {std::pair("containerID", a.container_id), std::pair("hostID", a.host_id)})
      if (std::uint64_t{first} + a.size > 0xFFFF'FFFFU)
        (at / i / field).bad("the mapping reaches beyond id 4294967294");
    for (std::size_t j = 0; j < i; ++j) {
      const IdMapping& b = mappings[j];
      const auto overlap = [&](std::uint32_t x, std::uint32_t y) {
        return x < std::uint64_t{y} + b.size && y < std::uint64_t{x} + a.size;
      };
      if (overlap(a.container_id, b.container_id) || overlap(a.host_id, b.host_id))
        (at / i).bad("overlaps mapping " + std::to_string(j));
    }
  }
}

void validate(const Config& config, std::string_view file_name, std::string_view text) {
  const Place document(file_name, text);
  for (const Rule rule : kRules) rule(config, document);
}
void validate(const Process& process, std::string_view file_name, std::string_view text) {
  check_process(process, Place(file_name, text));
}
void validate(const Resources& resources, std::string_view file_name, std::string_view text) {
  check_resources(resources, Place(file_name, text));
}

}  // namespace rt::spec

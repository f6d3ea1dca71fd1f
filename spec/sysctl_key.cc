// SPDX-License-Identifier: Apache-2.0
#include "spec/sysctl_key.h"

#include "runtime/base/text.h"

namespace rt::spec {
namespace {

struct Owner {
  std::string_view path;  // with a slash at the end: everything below
  NamespaceType type;
};
// kernel.hostname is left out: `hostname` is its place.
constexpr Owner kOwners[] = {
    {"kernel/msgmax", NamespaceType::kIpc},     {"kernel/msgmnb", NamespaceType::kIpc},
    {"kernel/msgmni", NamespaceType::kIpc},     {"kernel/sem", NamespaceType::kIpc},
    {"kernel/shmall", NamespaceType::kIpc},     {"kernel/shmmax", NamespaceType::kIpc},
    {"kernel/shmmni", NamespaceType::kIpc},     {"kernel/shm_rmid_forced", NamespaceType::kIpc},
    {"fs/mqueue/", NamespaceType::kIpc},        {"net/", NamespaceType::kNetwork},
    {"kernel/domainname", NamespaceType::kUts}, {"user/", NamespaceType::kUser},
};

}  // namespace

std::optional<std::string> sysctl_path(std::string_view key) {
  std::string path(key);
  const auto separator = path.find_first_of("./");
  if (separator != std::string::npos && path[separator] == '.')
    for (char& c : path) c = c == '.' ? '/' : c == '/' ? '.' : c;
  for (const std::string_view part : split(path, '/'))
    if (part.empty() || part == "." || part == "..") return {};
  return path;
}

std::optional<NamespaceType> sysctl_namespace(std::string_view path) {
  for (const Owner& owner : kOwners)
    if (path == owner.path || (owner.path.ends_with('/') && path.starts_with(owner.path)))
      return owner.type;
  return {};
}

}  // namespace rt::spec

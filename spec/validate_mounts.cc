// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spec/mount_options.h"
#include "spec/rules.h"

namespace rt::spec {
namespace {

bool is_bind(const Mount& mount, const MountOptions& options) {
  return options.bind || mount.type == "bind";
}

// config.md "Mounts". A relative destination counts from "/" on Linux; the root itself is `root`'s
// business. Whether a destination below /proc is fine is decided on descriptors.
void destination(const Mount& mount, const MountOptions& options, const Place& at) {
  if (mount.destination.empty()) (at / "destination").bad("must not be empty");
  if (!options.remount && clean_absolute("/" + mount.destination) == "/")
    (at / "destination").bad("the container's root cannot be mounted over");
}

// config.md "Linux mount options": the options, not the type, make a bind mount. `type: bind` alone
// is taken for one too, as crun does.
void source_and_type(const Mount& mount, const MountOptions& options, const Place& at) {
  if (options.remount) return;
  const bool bind = is_bind(mount, options);
  if (bind && mount.source.empty()) at.bad("a bind mount needs a \"source\"");
  if (!bind && mount.type.empty()) at.bad("missing \"type\", and no option \"bind\" or \"rbind\"");
}

// mount(2): a bind mount has no data, so the words of a filesystem would be lost.
void data(const Mount& mount, const MountOptions& options, const Place& at) {
  if (!is_bind(mount, options) || options.data.empty()) return;
  const auto word = std::find(mount.options.begin(), mount.options.end(), options.data.front());
  (at / "options" / static_cast<std::size_t>(word - mount.options.begin()))
      .bad(quoted(*word) + " is an option of filesystems, not of bind mounts");
}

// Like crun: only a new tmpfs can start with what it covers.
void copy_up(const Mount& mount, const MountOptions& options, const Place& at) {
  const bool new_tmpfs = mount.type == "tmpfs" && !options.bind && !options.remount;
  if (options.tmpcopyup && !new_tmpfs)
    (at / "options").bad("\"tmpcopyup\" can be used only with tmpfs");
}

// config.md "Mounts", uidMappings and gidMappings: both or none. "idmap", "ridmap": without own
// mappings those of the container's user namespace serve, so there must be one.
void mappings(const Config& config, const Mount& mount, const MountOptions& options,
              const Place& at) {
  if (mount.uid_mappings.empty() != mount.gid_mappings.empty())
    at.bad("\"uidMappings\" and \"gidMappings\" must come together");
  if ((options.idmap || !mount.uid_mappings.empty()) &&
      (options.remount || !is_bind(mount, options)))
    at.bad("only a bind mount can be id-mapped");
  if (options.idmap && mount.uid_mappings.empty() &&
      find_namespace(config, NamespaceType::kUser) == nullptr)
    (at / "options").bad("\"idmap\" needs mappings or a user namespace");
  require_mappings(mount.uid_mappings, at / "uidMappings");
  require_mappings(mount.gid_mappings, at / "gidMappings");
}

}  // namespace

void check_mounts(const Config& config, const Place& at) {
  for_each(config.mounts, at / "mounts", [&](const Mount& mount, const Place& here) {
    const MountOptions options = parse_mount_options(mount.options);
    destination(mount, options, here);
    source_and_type(mount, options, here);
    data(mount, options, here);
    copy_up(mount, options, here);
    mappings(config, mount, options, here);
  });
}

// config.md "POSIX-platform Hooks": path absolute, timeout above zero.
void check_hooks(const Config& config, const Place& at) {
  const struct {
    const char* name;
    const std::vector<Hook>& hooks;
  } points[] = {
      {"prestart", config.hooks.prestart},
      {"createRuntime", config.hooks.create_runtime},
      {"createContainer", config.hooks.create_container},
      {"startContainer", config.hooks.start_container},
      {"poststart", config.hooks.poststart},
      {"poststop", config.hooks.poststop},
  };
  for (const auto& point : points)
    for_each(point.hooks, at / "hooks" / point.name, [](const Hook& hook, const Place& here) {
      require_absolute(hook.path, here / "path");
      if (hook.timeout.value_or(1) <= 0)
        (here / "timeout").bad("must be above 0 seconds, is " + std::to_string(*hook.timeout));
    });
}

}  // namespace rt::spec

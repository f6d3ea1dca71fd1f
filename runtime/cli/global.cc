// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/global.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt::cli {
namespace {

constexpr const char* kSystemRoot = "/run/rt";

constexpr auto kGlobalOptions = std::to_array<Option<Global>>({
    {"root", 0, "DIR", "keep container state in DIR (default /run/rt, or $XDG_RUNTIME_DIR/rt)",
     &Global::root},
    {"log", 0, "DEST", "write log records to PATH, file:PATH, journald:ID or syslog:ID",
     &Global::log},
    {"log-format", 0, "FORMAT", "text (default) or json", &Global::log_format},
    {"log-level", 0, "LEVEL", "error (default), warning, info or debug", &Global::log_level},
    {"debug", 0, "", "the same as --log-level debug", &Global::debug},
    {"systemd-cgroup", 0, "", "the same as --cgroup-manager systemd", &Global::systemd_cgroup},
    {"cgroup-manager", 0, "NAME", "who makes cgroups: cgroupfs (default), systemd or disabled",
     &Global::cgroup_manager},
    {"rootless", 0, "WORD", "do without a cgroup that cannot be made: true, false or auto",
     &Global::rootless},
    {"help", 'h', "", "show help and exit", &Global::help},
    {"version", 'v', "", "show the version and exit", &Global::version},
    {"V", 0, "", "", &Global::version},
    {"criu", 0, "PATH", "", &Global::criu},
});

template <class Value, std::size_t N>
std::optional<Value> look_up(const std::array<std::pair<std::string_view, Value>, N>& table,
                             std::string_view word) {
  for (const auto& [name, value] : table) {
    if (name == word) return value;
  }
  return {};
}

constexpr std::array<std::pair<std::string_view, log::Level>, 4> kLevels{{
    {"error", log::Level::kError},
    {"warning", log::Level::kWarning},
    {"info", log::Level::kInfo},
    {"debug", log::Level::kDebug},
}};

constexpr std::array<std::pair<std::string_view, log::Format>, 2> kFormats{{
    {"text", log::Format::kText},
    {"json", log::Format::kJson},
}};

constexpr std::array<std::pair<std::string_view, CgroupManager>, 3> kManagers{{
    {"cgroupfs", CgroupManager::kCgroupfs},
    {"systemd", CgroupManager::kSystemd},
    {"disabled", CgroupManager::kDisabled},
}};

[[noreturn]] void refuse(std::string text) {
  throw Error(Code::kUsage, std::move(text));
}

RootFacts root_facts() {
  RootFacts facts{.euid = sys::own_uid()};
  facts.in_user_namespace = !in_initial_user_namespace();
  // Not secure_getenv(): main() has refused AT_SECURE, and PR_SET_DUMPABLE has no say in it.
  const char* dir = std::getenv("XDG_RUNTIME_DIR");
  if (dir != nullptr) facts.xdg_runtime_dir = dir;
  return facts;
}

}  // namespace

std::vector<OptionInfo> global_options() {
  return describe(kGlobalOptions);
}

std::vector<Flag> global_flags(Global& global) {
  return bind(kGlobalOptions, global);
}

void set_up_log(const Global& global) {
  const auto format = look_up(kFormats, global.log_format);
  const auto level = look_up(kLevels, global.log_level);
  log::configure({.destination = global.log,
                  .format = format.value_or(log::Format::kText),
                  .level = global.debug ? log::Level::kDebug : level.value_or(log::Level::kError)});
  if (!format && !global.log_format.empty()) refuse("invalid log-format: " + global.log_format);
  if (!level && !global.log_level.empty()) refuse("invalid log-level: " + global.log_level);
}

std::string default_root(const RootFacts& facts) {
  const bool rootless = facts.euid != 0 || facts.in_user_namespace;
  // A relative XDG_RUNTIME_DIR is invalid by the XDG base directory specification.
  if (!rootless || !facts.xdg_runtime_dir.starts_with('/')) return kSystemRoot;
  return clean_absolute(facts.xdg_runtime_dir + "/rt");
}

std::string state_root(const Global& global) {
  if (global.root.empty()) {
    const RootFacts facts = root_facts();
    std::string root = default_root(facts);
    if (facts.euid == 0 || root != kSystemRoot) return root;
    // Only root may make it; say what is missing instead of "mkdir: permission denied".
    refuse("XDG_RUNTIME_DIR is not " +
           std::string(facts.xdg_runtime_dir.empty() ? "set" : "absolute") +
           ": set it, or name a state root by --root");
  }
  const bool absolute = global.root.starts_with('/');
  std::string root = clean_absolute(absolute ? global.root : sys::getcwd() + "/" + global.root);
  if (root == "/") refuse("option --root argument should not be set to /");
  return root;
}

ContainerName container_name(const Global& global, std::string_view id) {
  return {.root = state_root(global), .id = std::string(id)};
}

CgroupManager cgroup_manager(const Global& global) {
  const std::string word = global.systemd_cgroup ? "systemd" : global.cgroup_manager;
  if (word.empty()) return CgroupManager::kCgroupfs;
  const auto manager = look_up(kManagers, word);
  if (!manager) refuse("unknown cgroup manager " + quoted(word));
  return *manager;
}

}  // namespace rt::cli

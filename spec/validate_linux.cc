// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spec/names.h"
#include "spec/number_list.h"
#include "spec/rules.h"
#include "spec/sysctl_key.h"

namespace rt::spec {
namespace {

// config-linux.md "Namespaces": a type at most once; paths absolute.
void namespaces(const Config& config, const Place& at) {
  for_each(config.linux_->namespaces, at / "namespaces",
           [&](const Namespace& ns, const Place& here) {
             if (find_namespace(config, ns.type) != &ns)
               (here / "type").bad(quoted(word_of(ns.type)) + " appears twice");
             if (!ns.path.empty()) require_absolute(ns.path, here / "path");
           });
}

// config-linux.md "User namespace mappings". Without a user namespace they cannot be applied; a new
// user namespace without them maps no id, so that nothing can run in it.
void id_mappings(const Config& config, const Place& at) {
  const Namespace* const user = find_namespace(config, NamespaceType::kUser);
  const std::pair<const char*, const std::vector<IdMapping>&> kinds[] = {
      {"uidMappings", config.linux_->uid_mappings},
      {"gidMappings", config.linux_->gid_mappings},
  };
  for (const auto& [name, list] : kinds) {
    if (user == nullptr && !list.empty()) (at / name).bad("needs a user namespace");
    if (user != nullptr && user->path.empty() && list.empty())
      at.bad("a new user namespace needs " + quoted(name));
    require_mappings(list, at / name);
  }
}

// config-linux.md "Offset for Time Namespace". time_namespaces(7): two clocks, written before the
// first process enters, hence only into a new namespace.
void time_offsets(const Config& config, const Place& at) {
  const Place here = at / "timeOffsets";
  for (const auto& [clock, offset] : config.linux_->time_offsets) {
    if (clock != "monotonic" && clock != "boottime")
      (here / clock).bad("expected the clock \"monotonic\" or \"boottime\"");
    if (offset.nanosecs > 999'999'999)
      (here / clock / "nanosecs")
          .bad("must be below 1000000000, is " + std::to_string(offset.nanosecs));
  }
  const Namespace* const time = find_namespace(config, NamespaceType::kTime);
  if (!config.linux_->time_offsets.empty() && (time == nullptr || !time->path.empty()))
    here.bad("needs a new time namespace");
}

// config-linux.md "Devices". The kernel keeps 12 bits of major and 20 of minor, and mknod(2) drops
// the rest without a word. Callers send S_IFMT bits in fileMode: they are no error.
void devices(const Config& config, const Place& at) {
  constexpr std::uint32_t kModeBits = 0177777;
  for_each(config.linux_->devices, at / "devices", [](const Device& device, const Place& here) {
    require_absolute(device.path, here / "path");
    const struct {
      const char* name;
      const std::optional<std::int64_t>& value;
      std::int64_t most;
    } numbers[] = {{"major", device.major, 0xFFF}, {"minor", device.minor, 0xF'FFFF}};
    for (const auto& number : numbers) {
      if (device.type == DeviceType::kFifo) continue;
      if (!number.value) here.bad("missing " + quoted(number.name));
      if (*number.value < 0 || *number.value > number.most)
        (here / number.name)
            .bad("must be 0 to " + std::to_string(number.most) + ", is " +
                 std::to_string(*number.value));
    }
    if (device.file_mode.value_or(0) > kModeBits)
      (here / "fileMode").bad("has bits that no mode has: " + std::to_string(*device.file_mode));
  });
}

// The one "%d" from which the kernel makes a free name: "eth%d".
bool is_name_template(std::string_view name) {
  const std::size_t at = name.find('%');
  return name.substr(at, 2) == "%d" && name.find('%', at + 1) == std::string_view::npos;
}

// dev_valid_name() of the kernel.
bool is_interface_name(std::string_view name) {
  return !name.empty() && name.size() < 16 && name != "." && name != ".." &&
         name.find_first_of("/: \t\n\v\f\r") == std::string_view::npos;
}

// config-linux.md "Network Devices": moved to the container's network namespace, so there must be
// one.
void net_devices(const Config& config, const Place& at) {
  const Place here = at / "netDevices";
  for (const auto& [host_name, device] : config.linux_->net_devices) {
    if (!is_interface_name(host_name)) (here / host_name).bad("not an interface name");
    const std::string& name = device.name;
    const bool plain = name.find('%') == std::string::npos;
    if (!name.empty() && (!is_interface_name(name) || !(plain || is_name_template(name))))
      (here / host_name / "name").bad(quoted(name) + " is not an interface name");
  }
  if (!config.linux_->net_devices.empty() &&
      find_namespace(config, NamespaceType::kNetwork) == nullptr)
    here.bad("needs a network namespace");
}

// config-linux.md "Sysctl". Only keys that a namespace of the container owns.
void sysctl(const Config& config, const Place& at) {
  for (const auto& [key, value] : config.linux_->sysctl) {
    const Place here = at / "sysctl" / key;
    const auto path = sysctl_path(key);
    if (!path) here.bad("not a sysctl key");
    if (*path == "kernel/hostname") here.bad("use \"hostname\"");
    const auto owner = sysctl_namespace(*path);
    if (!owner) here.bad("belongs to no namespace, it would change the host");
    if (find_namespace(config, *owner) == nullptr)
      here.bad("needs a namespace of type " + quoted(word_of(*owner)));
    if (value.find('\n') != std::string::npos) here.bad("the value must be one line");
  }
}

// config-linux.md "Masked Paths", "Readonly Paths".
void hidden_paths(const Config& config, const Place& at) {
  for_each(config.linux_->masked_paths, at / "maskedPaths", require_absolute);
  for_each(config.linux_->readonly_paths, at / "readonlyPaths", require_absolute);
}

// config-linux.md "IntelRdt". closID is a directory name, "/" the root group; a schema is one line.
void intel_rdt(const Config& config, const Place& at) {
  if (!config.linux_->intel_rdt) return;
  const IntelRdt& rdt = *config.linux_->intel_rdt;
  const Place here = at / "intelRdt";
  const std::string& id = rdt.clos_id;
  if (id == "." || id == ".." || (id != "/" && id.find('/') != std::string::npos))
    (here / "closID").bad("must be \"/\" or one directory name, is " + quoted(id));
  if (!rdt.mem_bw_schema.empty() && !rdt.mem_bw_schema.starts_with("MB:"))
    (here / "memBwSchema").bad("must start with \"MB:\"");
  if (rdt.mem_bw_schema.find('\n') != std::string::npos)
    (here / "memBwSchema").bad("must be one line");
  for_each(rdt.schemata, here / "schemata", [](const std::string& line, const Place& place) {
    if (line.find('\n') != std::string::npos) place.bad("must be one line");
  });
}

// config-linux.md "Memory Policy". set_mempolicy(2): which modes take nodes.
void memory_policy(const Config& config, const Place& at) {
  if (!config.linux_->memory_policy) return;
  const MemoryPolicy& policy = *config.linux_->memory_policy;
  const Place here = at / "memoryPolicy" / "nodes";
  const auto nodes = parse_number_list(policy.nodes);
  if (!nodes) here.bad(quoted(policy.nodes) + " is not a list of nodes like \"0-3,7\"");
  using enum MemoryPolicyMode;
  const bool takes_none = policy.mode == kDefault || policy.mode == kLocal;
  const bool takes_any = policy.mode == kPreferred;
  if (takes_none && !nodes->empty()) here.bad(quoted(word_of(policy.mode)) + " takes no nodes");
  if (!takes_none && !takes_any && nodes->empty())
    here.bad(quoted(word_of(policy.mode)) + " needs nodes");
  constexpr std::uint32_t kLastNode = 1023;  // CONFIG_NODES_SHIFT is at most 10
  for (const NumberRange& range : *nodes)
    if (range.last > kLastNode) here.bad("no kernel has a node " + std::to_string(range.last));
}

// config-linux.md "Personality": the spec defines no flag.
void personality(const Config& config, const Place& at) {
  if (config.linux_->personality && !config.linux_->personality->flags.empty())
    (at / "personality" / "flags").bad("no flag is defined, so the list must be empty");
}

void seccomp(const Config& config, const Place& at) {
  if (config.linux_->seccomp) check_seccomp(*config.linux_->seccomp, at / "seccomp");
}

void resources(const Config& config, const Place& at) {
  if (config.linux_->resources) check_resources(*config.linux_->resources, at / "resources");
}

using Rule = void (*)(const Config& config, const Place& at);
constexpr Rule kRules[] = {namespaces,    id_mappings, time_offsets, devices,
                           net_devices,   sysctl,      hidden_paths, intel_rdt,
                           memory_policy, personality, seccomp,      resources};

}  // namespace

void check_linux(const Config& config, const Place& at) {
  if (!config.linux_) return;
  for (const Rule rule : kRules) rule(config, at / "linux");
}

}  // namespace rt::spec

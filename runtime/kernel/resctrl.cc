// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/resctrl.h"

#include <fcntl.h>
#include <linux/magic.h>

#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/mountinfo.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/resctrl_schema.h"

namespace rt {
namespace {

const std::string kPointer = "/linux/intelRdt";

[[noreturn]] void refuse(const std::string& pointer, const std::string& why) {
  throw Error(Code::kBadConfig, pointer + ": " + why, {.pointer = pointer});
}

// resctrl says in a file of its own why it refused (resctrl.rst, "last_cmd_status").
std::string kernel_words(int root_fd) {
  const auto text = read_file_at_if_exists(root_fd, "info/last_cmd_status");
  const std::string words(text ? trim(std::string_view(*text)) : std::string_view());
  return words.empty() || words == "ok" ? "" : " (" + words + ")";
}

// Runs `act`; what the kernel refuses is told with its own words and the place in the document.
template <class Act>
void explained(int root_fd, const std::string& pointer, Act act) {
  try {
    act();
  } catch (const Error& e) {
    Facts facts = e.facts();
    if (facts.error_number == 0) throw;
    facts.pointer = pointer;
    throw Error(e.code(),
                pointer + ": " + facts.syscall + " " + facts.path + ": " +
                    errno_text(facts.error_number) + kernel_words(root_fd),
                facts);
  }
}

std::vector<ResctrlLine> to_lines(const spec::IntelRdt& wanted) {
  std::vector<ResctrlLine> out;
  const auto add = [&](const std::string& line, const std::string& member) {
    if (!line.empty()) out.push_back({line + '\n', kPointer + member});
  };
  add(wanted.l3_cache_schema, "/l3CacheSchema");
  add(wanted.mem_bw_schema, "/memBwSchema");
  for (std::size_t i = 0; i < wanted.schemata.size(); ++i)
    add(wanted.schemata[i], "/schemata/" + std::to_string(i));
  return out;
}

// RDT-09: a group that is there belongs to others as well, so it must be as the document says.
void compare(int root_fd, const spec::IntelRdt& wanted, const std::string& group) {
  if (wanted.l3_cache_schema.empty() && wanted.mem_bw_schema.empty()) return;
  const std::string existing = read_file_at(root_fd, group + "/schemata");
  for (const auto& [member, schema] : {std::pair("/l3CacheSchema", &wanted.l3_cache_schema),
                                       std::pair("/memBwSchema", &wanted.mem_bw_schema)}) {
    if (schema->empty() || schema_agrees(*schema, existing)) continue;
    refuse(kPointer + member, "the group " + quoted(wanted.clos_id) + " exists and has another: " +
                                  quoted(trim(std::string_view(existing))));
  }
}

}  // namespace

std::vector<std::string> ResctrlPlan::removed_with_container() const {
  std::vector<std::string> out;
  if (!monitor.empty()) out.push_back(monitor);
  if (make_group && !shared) out.push_back(group);
  return out;
}

ResctrlPlan plan_resctrl(int root_fd, const spec::IntelRdt& wanted, const std::string& id) {
  ResctrlPlan out{.shared = !wanted.clos_id.empty(), .schemata = to_lines(wanted)};
  if (wanted.clos_id != "/") out.group = wanted.clos_id.empty() ? id : wanted.clos_id;
  if (wanted.enable_monitoring) out.monitor = out.group + "/mon_groups/" + id;
  const bool exists = sys::stat_at_if_exists(root_fd, out.group, AT_SYMLINK_NOFOLLOW).has_value();
  out.make_group = !exists;
  if (wanted.clos_id.empty()) return out;
  if (exists) {
    compare(root_fd, wanted, out.group);
  } else if (out.schemata.empty()) {
    refuse(kPointer + "/closID",
           "there is no group " + quoted(wanted.clos_id) +
               "; one without a schema must exist: make it, or give l3CacheSchema, memBwSchema or "
               "schemata");
  }
  return out;
}

ResctrlGroup ResctrlGroup::create(Fd root, ResctrlPlan plan) {
  ResctrlGroup out(std::move(root), std::move(plan));
  if (!out.plan_.make_group) return out;
  explained(out.root_.get(), kPointer + (out.plan_.shared ? "/closID" : ""),
            [&] { sys::mkdir_at(out.root_.get(), out.plan_.group, 0755); });
  out.made_.push_back(out.plan_.group);
  return out;
}

ResctrlGroup::~ResctrlGroup() {
  if (!root_.valid()) return;
  try {
    remove_resctrl_groups(root_.get(), made_);
  } catch (const Error& e) {
    log::warning(e.what());
  }
}

void ResctrlGroup::configure() {
  if (!root_.valid()) return;
  for (const ResctrlLine& line : plan_.schemata) {
    explained(root_.get(), line.pointer,
              [&] { write_kernel_file_at(root_.get(), plan_.group + "/schemata", line.text); });
  }
  if (plan_.monitor.empty()) return;
  explained(root_.get(), kPointer + "/enableMonitoring",
            [&] { (void)sys::mkdir_at_unless_exists(root_.get(), plan_.monitor, 0755); });
  made_.insert(made_.begin(), plan_.monitor);
}

void ResctrlGroup::attach(pid_t pid) const {
  if (!root_.valid()) return;
  for (const std::string& group : {plan_.group, plan_.monitor}) {
    if (group.empty()) continue;
    explained(root_.get(), kPointer,
              [&] { write_kernel_file_at(root_.get(), group + "/tasks", std::to_string(pid)); });
  }
}

std::string find_resctrl() {
  const std::string mounts = read_file("/proc/self/mountinfo", 16 * kSmallFile);
  if (auto found = find_mount_point(mounts, "resctrl")) return std::move(*found);
  throw Error(Code::kUnsupported,
              kPointer +
                  ": no resctrl filesystem is mounted: mount -t resctrl resctrl /sys/fs/resctrl, "
                  "on a processor and a kernel that have it",
              {.pointer = kPointer});
}

Fd open_resctrl(const std::string& mount_point) {
  return sys::open(mount_point, O_RDONLY | O_DIRECTORY);
}

void remove_resctrl_groups(int root_fd, const std::vector<std::string>& directories) {
  for (const std::string& directory : directories)
    (void)sys::unlink_at_if_exists(root_fd, directory, AT_REMOVEDIR);
}

void remove_resctrl(const ResctrlPlace& place) {
  if (place.removed.empty()) return;
  const auto root = sys::open_if_exists(place.mount_point, O_RDONLY | O_DIRECTORY);
  if (!root || sys::fstatfs(root->get()).f_type != RDTGROUP_SUPER_MAGIC) return;
  remove_resctrl_groups(root->get(), place.removed);
}

}  // namespace rt

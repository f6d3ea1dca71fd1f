// SPDX-License-Identifier: Apache-2.0
//
// Cache and memory bandwidth allocation and monitoring (linux.intelRdt): the container's group in a
// mounted resctrl filesystem. All functions take the root of that filesystem as a descriptor.
// Not for mounting it, nor for what a group measures.
// Rule: runtime-spec config-linux.md "IntelRdt"; kernel Documentation/filesystems/resctrl.rst.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "runtime/base/fd.h"
#include "spec/linux.h"

namespace rt {

// What state.json remembers: the directories below the mount point that go with the container, in
// the order of removal.
struct ResctrlPlace {
  std::string mount_point{};  // empty: the container has nothing to do with resctrl
  std::vector<std::string> removed{};
  std::string group{};    // below the mount point; empty: a record that does not say
  std::string monitor{};  // its monitoring group; empty: none
  bool operator==(const ResctrlPlace&) const = default;
};

struct ResctrlLine {
  std::string text{};  // one write to the group's schemata
  std::string pointer{};
};

// Everything decided and checked, nothing made.
struct ResctrlPlan {
  std::string group = ".";  // relative to the root; "." is the default group
  std::string monitor{};    // its monitoring group; empty: none
  bool make_group = false;
  bool shared = false;  // named by a closID
  std::vector<ResctrlLine> schemata{};

  // What goes with the container, in the order of removal. A group that a closID names is shared:
  // it stays.
  [[nodiscard]] std::vector<std::string> removed_with_container() const;
};
// Throws for a closID without schema that is not there (RDT-10), and for one that is there with
// another schema (RDT-09).
ResctrlPlan plan_resctrl(int root_fd, const spec::IntelRdt& wanted, const std::string& id);

// Owner of the directories that are made: removed unless keep() is called.
class ResctrlGroup {
 public:
  ResctrlGroup() = default;  // of a container without intelRdt: does nothing
  static ResctrlGroup create(Fd root, ResctrlPlan plan);
  ~ResctrlGroup();
  ResctrlGroup(const ResctrlGroup&) = delete;
  ResctrlGroup& operator=(const ResctrlGroup&) = delete;
  ResctrlGroup(ResctrlGroup&& other) noexcept = default;
  ResctrlGroup& operator=(ResctrlGroup&&) = delete;

  void configure();              // schemata, in the order of the specification; monitoring group
  void attach(pid_t pid) const;  // before the process may fork
  void keep() noexcept { root_.reset(); }

 private:
  ResctrlGroup(Fd root, ResctrlPlan plan) noexcept
      : root_(std::move(root)), plan_(std::move(plan)) {}

  Fd root_{};
  ResctrlPlan plan_{};
  std::vector<std::string> made_{};  // in the order of removal
};

// Of the resctrl filesystem that this process sees. Throws Error(kUnsupported) when there is none.
std::string find_resctrl();
Fd open_resctrl(const std::string& mount_point);
// Absent directories are fine, and so is a filesystem that is mounted no more: its groups are gone.
void remove_resctrl(const ResctrlPlace& place);
void remove_resctrl_groups(int root_fd, const std::vector<std::string>& directories);

}  // namespace rt

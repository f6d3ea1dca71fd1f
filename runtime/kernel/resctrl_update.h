// SPDX-License-Identifier: Apache-2.0
//
// Another schema for the resctrl group of a container that runs. Owner of the change: what apply()
// wrote is put back unless keep() is called. Not for making groups (resctrl.h).
// Source: cli.md 1B.1; kernel Documentation/filesystems/resctrl.rst.
#pragma once

#include <string>
#include <vector>

#include "runtime/kernel/resctrl.h"

namespace rt {

// Invalid when no resctrl filesystem is mounted.
Fd open_resctrl_if_mounted();

class ResctrlUpdate {
 public:
  // Empty schemas change nothing. Throws for a resource that this machine does not share out, and
  // for a container without a group; the texts are runc's.
  static ResctrlUpdate make(Fd root, const ResctrlPlace& place, const std::string& l3_cache,
                            const std::string& mem_bw);
  ~ResctrlUpdate();
  ResctrlUpdate(const ResctrlUpdate&) = delete;
  ResctrlUpdate& operator=(const ResctrlUpdate&) = delete;
  ResctrlUpdate(ResctrlUpdate&& other) noexcept = default;
  ResctrlUpdate& operator=(ResctrlUpdate&&) = delete;

  void apply();
  void keep() noexcept { before_.clear(); }

 private:
  ResctrlUpdate() = default;

  Fd root_{};
  std::string file_{};  // the group's schemata
  std::vector<std::string> lines_{};
  std::vector<std::string> before_{};  // what undoes them
};

}  // namespace rt

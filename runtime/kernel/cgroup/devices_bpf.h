// SPDX-License-Identifier: Apache-2.0
//
// The device policy of a cgroup v2: one BPF_PROG_TYPE_CGROUP_DEVICE program, attached with
// BPF_F_ALLOW_MULTI. Not for v1 (device_rules.h). The program lives as long as its attachment;
// no descriptor is kept.
// Rules: kernel Documentation/bpf, <linux/bpf.h>; RD-07, R13 (default deny), R21, R22.
#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <vector>

#include "runtime/kernel/cgroup/device_rules.h"

namespace rt {

// Pure. Rules are tested from last to first. A register holds the requested bits that are still
// undecided: a matching denial of any of them ends in "no", a matching permission removes its
// bits, and "yes" is when none is left.
std::vector<bpf_insn> to_device_program(const DevicePolicy& policy);

enum class DeviceFilter : std::uint8_t {
  kAttached,
  kNotPermitted,  // EPERM: no privilege for BPF here; the caller decides if that may be (RD-09)
};

// Loads and attaches the program to the cgroup directory `cgroup_fd`, replaces what was attached
// to this cgroup before, and confirms that the kernel has it.
DeviceFilter attach_device_program(int cgroup_fd, const std::vector<bpf_insn>& program);

}  // namespace rt

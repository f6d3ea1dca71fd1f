// SPDX-License-Identifier: Apache-2.0
//
// linux.resources.blockIO as files of the v1 controller "blkio" and of the v2 controller "io".
// Pure. Weights of 0 are "not set"; a rate of 0 lifts the limit of that device.
// Rules: runtime-spec config-linux.md "Block IO"; kernel admin-guide cgroup-v1/blkio-controller,
// cgroup-v2 "IO"; RB rows, conversions CV-40 to CV-43 and CV-56.
#pragma once

#include <cstdint>

#include "runtime/kernel/cgroup/writes.h"
#include "spec/resources.h"

namespace rt {

// Each appends to `out`. The second throws Error(kBadConfig) with the JSON Pointer for leaf
// weights, which v2 does not have.
void append_v1_blkio(const spec::BlockIo& io, CgroupWrites& out);
void append_v2_io(const spec::BlockIo& io, CgroupWrites& out);

// blkio.weight (10 to 1000) to io.weight (1 to 10000). BFQ alone allows less than 10: that is 1.
[[nodiscard]] std::uint64_t io_weight_from_blkio(std::uint16_t weight) noexcept;

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
//
// process.oomScoreAdj. Raising is free, lowering needs CAP_SYS_RESOURCE in the initial user
// namespace (proc_pid_oom_score_adj(5)); the error says so.
#pragma once

#include <cstdint>
#include <string>

namespace rt {

// `process` is a pid or "self".
void write_oom_score_adj(const std::string& process, std::int32_t value);

}  // namespace rt

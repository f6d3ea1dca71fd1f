// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/oom_score.h"

#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/text.h"

namespace rt {

void write_oom_score_adj(const std::string& process, std::int32_t value) {
  const Context origin("/process/oomScoreAdj");
  const Context here("set oom_score_adj");
  const std::string path = "/proc/" + process + "/oom_score_adj";
  try {
    write_kernel_file(path, std::to_string(value));
  } catch (const Error& e) {
    if (e.facts().error_number != EACCES) throw;
    const std::string own = read_file_if_exists(path).value_or("own");
    throw Error(Code::kSystem,
                std::to_string(value) + " is below the caller's " + std::string(trim(own)) +
                    ", and only CAP_SYS_RESOURCE in the initial user namespace may lower it",
                {.error_number = EACCES});
  }
}

}  // namespace rt

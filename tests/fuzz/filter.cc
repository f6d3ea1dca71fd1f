// SPDX-License-Identifier: Apache-2.0
//
// linux.seccomp of a config.json -> BPF.
#include <linux/bpf_common.h>

#include "runtime/kernel/seccomp.h"
#include "spec/documents.h"
#include "tests/fuzz/fuzz.h"

namespace rt::fuzz {
namespace {

void run(std::string_view text) {
  refused_or_done([&] {
    const spec::Config config = spec::decode_config(text, "config.json");
    if (!config.linux_ || !config.linux_->seccomp) return;
    const SeccompPlan plan = to_seccomp_plan(*config.linux_->seccomp);
    demand(!plan.program.empty() && BPF_CLASS(plan.program.back().code) == BPF_RET,
           "a program ends with a decision");
  });
}

}  // namespace
}  // namespace rt::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rt::fuzz::run(rt::fuzz::text_of(data, size));
  return 0;
}

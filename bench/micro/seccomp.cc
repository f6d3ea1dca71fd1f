// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/seccomp.h"

#include <benchmark/benchmark.h>

#include "bench/micro/input.h"

namespace rt::bench {
namespace {

void compile_default_profile(benchmark::State& state) {
  std::size_t length = 0;
  for (auto _ : state) length = to_seccomp_plan(*config().linux_->seccomp).program.size();
  state.counters["instructions"] = static_cast<double>(length);
}
BENCHMARK(compile_default_profile)->Unit(benchmark::kMicrosecond);

// The argument is the number of rules: that many values of one argument of 100 system calls.
spec::Seccomp profile_of(std::int64_t count) {
  spec::Seccomp profile = *config().linux_->seccomp;
  const std::vector<std::string> names = profile.syscalls.front().names;
  profile.syscalls.clear();
  for (std::int64_t i = 0; i < count; ++i) {
    profile.syscalls.push_back(
        {.names = {names[static_cast<std::size_t>(i % 100)]},
         .args = {{.index = 5, .value = static_cast<std::uint64_t>(i / 100)}}});
  }
  return profile;
}

void compile_rules(benchmark::State& state) {
  const spec::Seccomp profile = profile_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(to_seccomp_plan(profile));
}
BENCHMARK(compile_rules)->Arg(10)->Arg(100)->Arg(1000)->Arg(5000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rt::bench

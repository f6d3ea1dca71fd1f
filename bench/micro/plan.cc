// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "bench/micro/input.h"

namespace rt::bench {
namespace {

// Without seccomp, which has a benchmark of its own and would hide the rest.
spec::Config without_seccomp() {
  spec::Config out = config();
  out.linux_->seccomp.reset();
  return out;
}

void plan_container(benchmark::State& state) {
  const spec::Config wanted = without_seccomp();
  const HostFacts facts = host();
  const CreateOptions how = options();
  for (auto _ : state) benchmark::DoNotOptimize(make_plan(wanted, how, facts));
}
BENCHMARK(plan_container)->Unit(benchmark::kMicrosecond);

// The argument is the number of mounts beyond those of Docker.
InitPlan plan_with_mounts(std::int64_t count) {
  spec::Config wanted = without_seccomp();
  for (std::int64_t i = 0; i < count; ++i) {
    wanted.mounts.push_back(wanted.mounts.back());
    wanted.mounts.back().destination = "/mnt/" + std::to_string(i);
  }
  return make_plan(wanted, options(), host()).init;
}

void encode_init_plan(benchmark::State& state) {
  const InitPlan plan = plan_with_mounts(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(encode_plan(plan));
}
BENCHMARK(encode_init_plan)->Arg(0)->Arg(100)->Unit(benchmark::kMicrosecond);

void decode_init_plan(benchmark::State& state) {
  const std::string bytes = encode_plan(plan_with_mounts(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(decode_plan(bytes));
}
BENCHMARK(decode_init_plan)->Arg(0)->Arg(100)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rt::bench

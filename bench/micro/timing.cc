// SPDX-License-Identifier: Apache-2.0
// What it costs that every create says where its time went.
#include <benchmark/benchmark.h>

#include "bench/micro/input.h"
#include "runtime/base/phases.h"
#include "runtime/container/record.h"

namespace rt::bench {
namespace {

constexpr int kPhases = 11;
constexpr int kSteps = 18;

std::string step_lines() {
  std::string out;
  for (int i = 0; i < kSteps; ++i) out += "stage 2: readonly and masked paths: 132 us\n";
  return out;
}

// The account has no end of its own, so that the number of turns is given.
void note_phases_and_steps(benchmark::State& state) {
  const std::string lines = step_lines();
  for (auto _ : state) {
    phases::begin();
    for (int i = 0; i < kPhases; ++i) phases::end("state directory and cgroup");
    phases::add_steps(lines);
  }
}
BENCHMARK(note_phases_and_steps)->Iterations(5000)->Unit(benchmark::kMicrosecond);

// The argument: with the timing, or without.
void encode_state_record(benchmark::State& state) {
  Record record{.id = "c1", .bundle = "/run/bundle", .rootfs = "/run/bundle/rootfs"};
  if (state.range(0) != 0) {
    record.timing.phases.resize(kPhases, {.name = "state directory and cgroup", .us = 1000});
    record.timing.inside.resize(kSteps, {.name = "stage 2: readonly and masked paths", .us = 132});
  }
  for (auto _ : state) benchmark::DoNotOptimize(encode_record(record));
}
BENCHMARK(encode_state_record)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rt::bench

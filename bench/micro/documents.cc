// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "bench/micro/input.h"
#include "spec/validate.h"

namespace rt::bench {
namespace {

void decode_config(benchmark::State& state) {
  const std::string& text = config_text();
  for (auto _ : state) benchmark::DoNotOptimize(spec::decode_config(text, "config.json"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(decode_config)->Unit(benchmark::kMicrosecond);

void encode_config(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(spec::to_json(config()));
}
BENCHMARK(encode_config)->Unit(benchmark::kMicrosecond);

void validate_config(benchmark::State& state) {
  for (auto _ : state) spec::validate(config());
}
BENCHMARK(validate_config)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rt::bench

// SPDX-License-Identifier: Apache-2.0
//
// config.json -> Config -> plan -> what rt-init reads, on a host with cgroup v1 and on one with v2.
#include <string>

#include "runtime/container/make_plan.h"
#include "spec/documents.h"
#include "spec/validate.h"
#include "tests/fuzz/fuzz.h"

namespace rt::fuzz {
namespace {

HostFacts host_with(CgroupHost cgroups) {
  HostFacts out;
  out.cgroups = std::move(cgroups);
  out.capabilities = {.known = ~0ULL >> 23, .bounding = ~0ULL >> 23, .permitted = ~0ULL >> 23};
  out.bundle = "/run/bundle";
  out.rootfs = "/run/bundle/rootfs";
  out.compile_seccomp = [](const spec::Seccomp&) { return SeccompPlan{}; };  // filter.cc
  return out;
}

HostFacts v1_host() {
  return host_with(
      parse_cgroups("2:memory:/\n1:cpu,cpuacct:/a\n",
                    "30 29 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                    "31 29 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"));
}

HostFacts v2_host() {
  return host_with(parse_unified("0::/user.slice/session\n", "/sys/fs/cgroup"));
}

void plan_on(const HostFacts& host, const spec::Config& config) {
  refused_or_done([&] {
    const ContainerPlan plan = make_plan(config, {.name = {.root = "/run/rt", .id = "c"}}, host);
    const std::string bytes = encode_plan(plan.init);
    demand(encode_plan(decode_plan(bytes)) == bytes, "a plan survives the way to rt-init");
  });
}

void run(std::string_view text) {
  refused_or_done([&] {
    const spec::Config config = spec::decode_config(text, "config.json");
    const std::string first = spec::to_json(config);
    const std::string second = spec::to_json(spec::decode_config(first, "config.json"));
    demand(first == second, "what is written can be read, and says the same");
    spec::validate(config, "config.json", text);
    plan_on(v1_host(), config);
    plan_on(v2_host(), config);
  });
}

}  // namespace
}  // namespace rt::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rt::fuzz::run(rt::fuzz::text_of(data, size));
  return 0;
}

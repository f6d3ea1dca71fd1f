// SPDX-License-Identifier: Apache-2.0
//
// From words to spec::Resources: one row a flag. The document of --resources replaces the
// flags, but not those of Intel RDT: it has no place for them.
#include <unistd.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/text.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/size.h"
#include "spec/documents.h"

namespace rt::cli {
namespace {

struct Args {
  std::string resources{};
  std::string blkio_weight{};
  std::string cpu_period{};
  std::string cpu_quota{};
  std::string cpu_burst{};
  std::string cpu_shares{};
  std::string cpu_rt_period{};
  std::string cpu_rt_runtime{};
  std::string cpu_idle{};
  std::string cpuset_cpus{};
  std::string cpuset_mems{};
  std::string memory{};
  std::string memory_reservation{};
  std::string memory_swap{};
  std::string kernel_memory{};
  std::string kernel_memory_tcp{};
  std::string pids_limit{};
  std::string l3_cache_schema{};
  std::string mem_bw_schema{};
};

constexpr auto kOptions = std::to_array<Option<Args>>({
    {"resources", 'r', "FILE", "read the limits as JSON from FILE (- is stdin), not from flags",
     &Args::resources},
    {"blkio-weight", 0, "N", "weight of block IO, 10 to 1000", &Args::blkio_weight},
    {"cpu-period", 0, "US", "period of the CPU quota, in microseconds", &Args::cpu_period},
    {"cpu-quota", 0, "US", "CPU time in a period; -1 is unlimited", &Args::cpu_quota},
    {"cpu-burst", 0, "US", "CPU time above the quota that may be saved up", &Args::cpu_burst},
    {"cpu-share", 0, "N", "CPU shares, 2 to 262144", &Args::cpu_shares},
    {"cpu-rt-period", 0, "US", "period of the realtime runtime", &Args::cpu_rt_period},
    {"cpu-rt-runtime", 0, "US", "realtime CPU time in a period", &Args::cpu_rt_runtime},
    {"cpu-idle", 0, "0|1", "1: only CPU time that nobody else wants", &Args::cpu_idle},
    {"cpuset-cpus", 0, "LIST", "CPUs that may be used: 0-3,7", &Args::cpuset_cpus},
    {"cpuset-mems", 0, "LIST", "memory nodes that may be used", &Args::cpuset_mems},
    {"memory", 0, "BYTES", "memory limit; k, m, g, t may follow; -1 is unlimited", &Args::memory},
    {"memory-reservation", 0, "BYTES", "soft memory limit", &Args::memory_reservation},
    {"memory-swap", 0, "BYTES", "limit of memory and swap together", &Args::memory_swap},
    {"kernel-memory", 0, "BYTES", "", &Args::kernel_memory},
    {"kernel-memory-tcp", 0, "BYTES", "", &Args::kernel_memory_tcp},
    {"pids-limit", 0, "N", "number of processes and threads; -1 is unlimited", &Args::pids_limit},
    {"l3-cache-schema", 0, "LINE", "share of the L3 cache, by Intel RDT: L3:0=ff",
     &Args::l3_cache_schema},
    {"mem-bw-schema", 0, "LINE", "share of the memory bandwidth, by Intel RDT: MB:0=50",
     &Args::mem_bw_schema},
});

using spec::Resources;

[[noreturn]] void refuse(std::string_view flag, std::string_view word) {
  throw Error(Code::kUsage, "invalid value for " + std::string(flag) + ": " + quoted(word));
}

template <class Int>
Int number(std::string_view flag, std::string_view word) {
  const auto value = parse_number<Int>(word);
  if (!value) refuse(flag, word);
  return *value;
}

// Any negative number is no limit, as in the document.
spec::Limit limit(std::string_view flag, std::string_view word) {
  if (number<std::int64_t>(flag, word) < 0) return spec::Unlimited{};
  return number<std::uint64_t>(flag, word);
}

spec::Limit bytes(std::string_view flag, std::string_view word) {
  if (word == "-1") return spec::Unlimited{};
  const auto size = parse_size(word);
  if (!size) refuse(flag, word);
  return *size;
}

template <class Part>
Part& part(std::optional<Part>& one) {
  return one ? *one : one.emplace();
}

struct Row {
  std::string Args::*word;
  std::string_view flag;
  void (*set)(Resources& out, std::string_view flag, std::string_view word);
};

template <auto kMember, auto kParse>
void set_cpu(Resources& out, std::string_view flag, std::string_view word) {
  part(out.cpu).*kMember = kParse(flag, word);
}
template <auto kMember>
void set_memory(Resources& out, std::string_view flag, std::string_view word) {
  part(out.memory).*kMember = bytes(flag, word);
}
template <auto kMember>
void set_list(Resources& out, std::string_view /*flag*/, std::string_view word) {
  part(out.cpu).*kMember = std::string(word);
}
void set_weight(Resources& out, std::string_view flag, std::string_view word) {
  part(out.block_io).weight = number<std::uint16_t>(flag, word);
}
void set_pids(Resources& out, std::string_view flag, std::string_view word) {
  part(out.pids).limit = limit(flag, word);
}
void ignore(Resources& /*out*/, std::string_view /*flag*/, std::string_view /*word*/) {
  log::warning("Kernel memory settings are ignored and will be removed");
}

constexpr auto kUnsigned = number<std::uint64_t>;
constexpr auto kSigned = number<std::int64_t>;

constexpr Row kRows[] = {
    {&Args::blkio_weight, "blkio-weight", set_weight},
    {&Args::cpu_period, "cpu-period", set_cpu<&spec::Cpu::period, kUnsigned>},
    {&Args::cpu_quota, "cpu-quota", set_cpu<&spec::Cpu::quota, limit>},
    {&Args::cpu_burst, "cpu-burst", set_cpu<&spec::Cpu::burst, kUnsigned>},
    {&Args::cpu_shares, "cpu-share", set_cpu<&spec::Cpu::shares, kUnsigned>},
    {&Args::cpu_rt_period, "cpu-rt-period", set_cpu<&spec::Cpu::realtime_period, kUnsigned>},
    {&Args::cpu_rt_runtime, "cpu-rt-runtime", set_cpu<&spec::Cpu::realtime_runtime, kSigned>},
    {&Args::cpu_idle, "cpu-idle", set_cpu<&spec::Cpu::idle, kSigned>},
    {&Args::cpuset_cpus, "cpuset-cpus", set_list<&spec::Cpu::cpus>},
    {&Args::cpuset_mems, "cpuset-mems", set_list<&spec::Cpu::mems>},
    {&Args::memory, "memory", set_memory<&spec::Memory::limit>},
    {&Args::memory_reservation, "memory-reservation", set_memory<&spec::Memory::reservation>},
    {&Args::memory_swap, "memory-swap", set_memory<&spec::Memory::swap>},
    {&Args::kernel_memory, "kernel-memory", ignore},
    {&Args::kernel_memory_tcp, "kernel-memory-tcp", ignore},
    {&Args::pids_limit, "pids-limit", set_pids},
};

Resources from_flags(const Args& args) {
  Resources out;
  for (const Row& row : kRows) {
    const std::string& word = args.*row.word;
    if (!word.empty()) row.set(out, row.flag, word);
  }
  return out;
}

Resources from_document(const std::string& file) {
  if (file == "-") return spec::decode_resources(read_fd(STDIN_FILENO), "stdin");
  return spec::decode_resources(read_file(file), file);
}

int run(const Global& global, const Args& args, const Arguments& arguments) {
  rt::update(container_name(global, arguments[0]),
             args.resources.empty() ? from_flags(args) : from_document(args.resources),
             {.l3_cache = args.l3_cache_schema, .mem_bw = args.mem_bw_schema});
  return 0;
}

}  // namespace

extern constexpr Command kUpdateCommand = command<kOptions, run>({
    .name = "update",
    .arguments = "ID",
    .summary = "change limits of a container; what is not named stays",
    .min_arguments = 1,
    .max_arguments = 1,
});

}  // namespace rt::cli

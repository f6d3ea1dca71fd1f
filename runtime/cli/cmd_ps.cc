// SPDX-License-Identifier: Apache-2.0
//
// The table is that of the host's ps(1), of which only the container's lines stay.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "runtime/base/error.h"
#include "runtime/base/program.h"
#include "runtime/base/text.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/help.h"

namespace rt::cli {
namespace {

struct Args {
  std::string format{};
};

constexpr auto kOptions = std::to_array<Option<Args>>({
    {"format", 'f', "FORMAT", "table (default) or json: the pids alone", &Args::format},
});

constexpr std::size_t kOutputLimit = std::size_t{64} << 20;

std::string as_json(const std::vector<int>& pids) {
  if (pids.empty()) return "null\n";
  std::string out;
  for (const int pid : pids) out.append(out.empty() ? "[" : ",").append(std::to_string(pid));
  return out + "]\n";
}

std::string find_ps() {
  const char* path = std::getenv("PATH");  // NOLINT: rt has no threads
  const std::string directories = path != nullptr ? path : "/usr/bin:/bin";
  for (const std::string_view directory : split(directories, ':')) {
    std::string candidate = std::string(directory.empty() ? "." : directory) + "/ps";
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw Error(Code::kUnsupported, "there is no ps in PATH: use --format json");
}

std::string run_ps(std::span<const std::string_view> options) {
  ProgramCall call{.words = {find_ps()}, .limit = kOutputLimit};
  for (const std::string_view option : options) call.words.emplace_back(option);
  if (options.empty()) call.words.emplace_back("-ef");
  for (char** entry = environ; *entry != nullptr; ++entry) call.environment.emplace_back(*entry);
  const ProgramResult result = run_program(call);
  if (result.status.shell_code() == 0) return result.output;
  throw Error(Code::kSystem, "ps: " + result.status.text());
}

// The heading, and the lines whose PID column is one of ours.
std::string as_table(const std::string& listing, const std::vector<int>& pids) {
  const std::vector<std::string_view> lines = split_lines(listing);
  const auto titles = lines.empty() ? std::vector<std::string_view>{} : split_blank(lines.front());
  const auto column = static_cast<std::size_t>(std::ranges::find(titles, "PID") - titles.begin());
  if (column == titles.size()) throw Error(Code::kUsage, "couldn't find PID field in ps output");
  std::string out;
  for (const std::string_view line : lines) {
    const auto cells = split_blank(line);
    const bool heading = out.empty();
    const auto pid = cells.size() > column ? parse_number<int>(cells[column]) : std::nullopt;
    if (heading || (pid && std::ranges::binary_search(pids, *pid))) out.append(line).append("\n");
  }
  return out;
}

int run(const Global& global, const Args& args, const Arguments& arguments) {
  if (!args.format.empty() && args.format != "table" && args.format != "json") {
    throw Error(Code::kUsage, "invalid format option");
  }
  const std::vector<int> pids = rt::processes(container_name(global, arguments[0]));
  print(args.format == "json" ? as_json(pids)
                              : as_table(run_ps(std::span(arguments).subspan(1)), pids));
  return 0;
}

}  // namespace

extern constexpr Command kPsCommand = command<kOptions, run>({
    .name = "ps",
    .arguments = "ID [PS-OPTION...]",
    .summary = "list the processes of a container",
    .min_arguments = 1,
    .max_arguments = ~0U,
    .flags = FlagPlace::kBeforeArguments,
});

}  // namespace rt::cli

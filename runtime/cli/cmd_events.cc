// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/duration.h"
#include "runtime/cli/help.h"

namespace rt::cli {
namespace {

struct Args {
  std::string interval{};
  bool stats = false;
};

constexpr auto kOptions = std::to_array<Option<Args>>({
    {"interval", 0, "SPAN", "time between two statistics: 500ms, 1m30s (default 5s)",
     &Args::interval},
    {"stats", 0, "", "print the statistics once, and no events", &Args::stats},
});

// What poll(2) can wait for: at least a millisecond, at most a century.
std::chrono::milliseconds interval(const std::string& word) {
  const auto span = parse_duration(word);
  if (!span) {
    throw Error(Code::kUsage, "invalid value " + quoted(word) +
                                  " for flag --interval: expected a time like 5s or 1m30s");
  }
  if (span->count() <= 0) throw Error(Code::kUsage, "duration interval must be greater than 0");
  constexpr std::chrono::milliseconds kCentury = std::chrono::years(100);
  return std::min(std::chrono::ceil<std::chrono::milliseconds>(*span), kCentury);
}

int run(const Global& global, const Args& args, const Arguments& arguments) {
  EventsOptions options{.stats = args.stats};
  if (!args.interval.empty()) options.interval = interval(args.interval);
  for (const std::string_view id : arguments) {
    options.names.push_back(container_name(global, id));
  }
  rt::events(options, [](const std::string& line) { print(line + "\n"); });
  return 0;
}

}  // namespace

extern constexpr Command kEventsCommand = command<kOptions, run>({
    .name = "events",
    .arguments = "ID...",
    .summary = "print statistics and out-of-memory events until the container ends",
    .min_arguments = 1,
    .max_arguments = ~0U,
});

}  // namespace rt::cli

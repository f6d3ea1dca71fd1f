// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/phases.h"

#include <chrono>
#include <ctime>
#include <optional>
#include <utility>

#include "runtime/base/log.h"
#include "runtime/base/text.h"

namespace rt::phases {
namespace {

using Clock = std::chrono::steady_clock;

struct Account {
  Clock::time_point since = Clock::now();
  std::optional<std::uint64_t> before{};  // us, until the first phase ends
  Phases done{};
  Phases steps{};
};

Account& account() noexcept {
  static Account one;
  return one;
}

constexpr std::string_view kUnit = " us";

void record(std::string_view name, std::uint64_t us) {
  account().done.push_back({.name = std::string(name), .us = us});
  if (!log::enabled(log::Level::kDebug)) return;
  log::debug(std::string(name) + ": " + std::to_string(us) + std::string(kUnit));
}

}  // namespace

void begin() noexcept {
  timespec used{};
  if (::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) return;
  account().before = static_cast<std::uint64_t>(used.tv_sec * 1'000'000 + used.tv_nsec / 1'000);
}

void end(std::string_view name) {
  Account& all = account();
  const auto now = Clock::now();
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now - all.since).count();
  all.since = now;
  // Not before: the log is set up by now.
  if (const auto before = std::exchange(all.before, {})) record("exec", *before);
  record(name, static_cast<std::uint64_t>(us));
}

void add_steps(std::string_view lines) {
  const bool debug = log::enabled(log::Level::kDebug);
  for (const std::string_view line : split_lines(lines)) {
    if (debug) log::debug(line);
    const std::size_t colon = line.rfind(": ");
    if (colon == line.npos || !line.ends_with(kUnit)) continue;
    std::string_view number = line.substr(colon + 2);
    number.remove_suffix(kUnit.size());
    const auto us = parse_number<std::uint64_t>(number).value_or(0);
    if (us > 0) account().steps.push_back({.name = std::string(line.substr(0, colon)), .us = us});
  }
}

const Phases& done() noexcept {
  return account().done;
}

const Phases& steps() noexcept {
  return account().steps;
}

}  // namespace rt::phases

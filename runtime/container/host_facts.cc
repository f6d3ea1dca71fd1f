// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>

#include "runtime/base/procfs.h"
#include "runtime/base/text.h"
#include "runtime/container/make_plan.h"

namespace rt {
namespace {

template <class Int>
std::optional<Int> number_from(const char* variable) {
  const char* text = std::getenv(variable);  // NOLINT: rt has no threads
  return text != nullptr ? parse_number<Int>(text) : std::nullopt;
}

}  // namespace

unsigned listen_fds() {
  if (number_from<pid_t>("LISTEN_PID") != ::getpid()) return 0;
  return number_from<unsigned>("LISTEN_FDS").value_or(0);
}

HostFacts find_host_facts() {
  return {.cgroups = find_cgroups(),
          .capabilities = capability_limits(),
          .in_user_namespace = !in_initial_user_namespace(),
          .listen_fds = listen_fds()};
}

}  // namespace rt

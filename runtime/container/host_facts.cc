// SPDX-License-Identifier: Apache-2.0
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>

#include "runtime/base/error.h"
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

void demand_kernel(const std::string& release) {
  const auto parts = split(release, '.');
  const auto major = parse_number<unsigned>(parts.front());
  const std::string_view rest = parts.size() > 1 ? parts[1] : std::string_view();
  const auto minor = parse_number<unsigned>(rest.substr(0, rest.find_first_not_of("0123456789")));
  if (major && minor && (*major > 5 || (*major == 5 && *minor >= 14))) return;
  throw Error(Code::kUnsupported, "Linux " + release + " is too old: rt needs 5.14 or newer");
}

HostFacts find_host_facts() {
  utsname names{};
  if (::uname(&names) != 0) throw_errno("uname");
  demand_kernel(names.release);
  return {.cgroups = find_cgroups(),
          .capabilities = capability_limits(),
          .in_user_namespace = !in_initial_user_namespace(),
          .listen_fds = listen_fds()};
}

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/gate.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/init/protocol.h"

namespace rt {
namespace {

void end_by_signal(int number) {
  ::_exit(128 + number);
}

// pid 1 of a namespace ignores signals that it has no handler for (pid_namespaces(7)).
void heed_signals() noexcept {
  constexpr std::array kTerminating{SIGHUP,  SIGINT,  SIGQUIT, SIGUSR1,   SIGUSR2,
                                    SIGALRM, SIGTERM, SIGXCPU, SIGVTALRM, SIGPROF,
                                    SIGIO,   SIGPWR,  SIGABRT, SIGTRAP};
  struct sigaction action {};
  action.sa_handler = end_by_signal;
  for (const int number : kTerminating) (void)::sigaction(number, &action, nullptr);
}

}  // namespace

Gate::Gate(Fd fifo)
    : fifo_(std::move(fifo)),
      descriptors_(Procfs::make(Procfs::View::kProcesses).own_descriptors()) {}

int Gate::wait(Handover& handover) {
  heed_signals();
  return hand_over(handover,
                   sys::open_at(descriptors_.get(), std::to_string(fifo_.get()), O_WRONLY));
}

int hand_over(Handover& handover, const Fd& report) {
  if (handover.has_hooks()) heed_signals();
  try {
    return handover.execute(report.get());
  } catch (const Error& e) {
    sys::write_all(report.get(), encode_error(e));
  }
  return 255;
}

}  // namespace rt

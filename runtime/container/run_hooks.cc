// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/run_hooks.h"

#include <unistd.h>

#include "hooks/run.h"
#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "spec/documents.h"

namespace rt {

void run_runtime_hooks(const hooks::Point& point, const spec::Config& config,
                       const HookSubject& subject) {
  const auto& list = config.hooks.*point.list;
  if (list.empty()) return;
  const hooks::Surroundings around{
      .point = point.name,
      .state_json = spec::to_json(spec::State{.id = subject.id,
                                              .status = point.status,
                                              .pid = subject.pid,
                                              .bundle = subject.bundle,
                                              .annotations = config.annotations}),
      .directory = ::access(subject.bundle.c_str(), X_OK) == 0 ? subject.bundle : "/"};
  for (std::size_t i = 0; i < list.size(); ++i) {
    try {
      hooks::run_one(list[i], i, around);
    } catch (const Error& e) {
      if (point.on_failure == hooks::OnFailure::kStop) throw;
      log::warning(e.what());
    }
  }
}

}  // namespace rt

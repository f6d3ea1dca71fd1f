// SPDX-License-Identifier: Apache-2.0
//
// Filters that were made before, as files below the state root. libseccomp takes milliseconds for
// the profile of an engine, which is the same for every container. A file holds the whole text that
// its program was made of (profile, libseccomp, kernel, machine, this build) and counts only when
// that is equal byte by byte; its name is no more than a way to find it. It must belong to the
// caller and be writable by nobody else, as the state root must. What is odd is not there; nothing
// here is an error.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runtime/base/fd.h"
#include "runtime/kernel/seccomp.h"

namespace rt {

// Not an id that a container can have (state_dir.h).
inline constexpr const char* kSeccompCache = "@seccomp";

class SeccompCache {
 public:
  // `state_root` is the path of the state root; without one, nothing is found and nothing kept.
  explicit SeccompCache(const std::string& state_root) noexcept;

  // From the cache, or made and kept. Throws as to_seccomp_plan does.
  [[nodiscard]] SeccompPlan plan_for(const spec::Seccomp& profile) const;

 private:
  [[nodiscard]] std::optional<SeccompPlan> find(const std::string& name,
                                                const std::string& key) const noexcept;
  void keep(const std::string& name, const std::string& key,
            const SeccompPlan& plan) const noexcept;

  Fd dir_{};  // invalid: no cache
};

// plan_for() of the cache in a state root, which is opened when a profile is there to compile.
std::function<SeccompPlan(const spec::Seccomp&)> seccomp_compiler(const std::string& state_root);

}  // namespace rt

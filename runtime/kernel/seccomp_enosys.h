// SPDX-License-Identifier: Apache-2.0
//
// A profile that answers EPERM to what it does not list breaks the fallbacks of a C library that
// is newer than the profile: they look for ENOSYS. So, as runc does, calls with a number above
// every number that the profile mentions get ENOSYS before the filter proper is asked.
// Only for a default action SCMP_ACT_ERRNO whose value is not ENOSYS already (SC-17).
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <vector>

#include "spec/seccomp.h"

namespace rt {

[[nodiscard]] bool wants_enosys_stub(const spec::Seccomp& profile) noexcept;

// `archs`: libseccomp tokens of the filter. Architectures for which the profile mentions nothing,
// and x32, which shares its AUDIT_ARCH with x86_64, get no such rule.
void prepend_enosys_stub(const spec::Seccomp& profile, const std::vector<std::uint32_t>& archs,
                         std::vector<sock_filter>& program);

}  // namespace rt

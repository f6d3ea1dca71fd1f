// SPDX-License-Identifier: Apache-2.0
//
// Memory files that nobody can change: pages of their own (never those of a file on disk) under
// every seal. rt-init runs from one, so a container that reaches /proc/PID/exe finds neither the
// host's binary nor its page cache (CVE-2019-5736, CVE-2022-0847).
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/base/fd.h"

namespace rt {

enum class Executable : std::uint8_t { kNo, kYes };

// Throws Error(kUnsupported) when vm.memfd_noexec=2 forbids an executable one (kernel 6.3).
Fd sealed_memfd(const char* name, std::string_view content, Executable executable);

}  // namespace rt

// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/sealed_image.h"

#include <fcntl.h>
#include <linux/memfd.h>

#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace rt {
namespace {

Fd create(const char* name, Executable executable) {
  constexpr unsigned kBase = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  try {
    return sys::memfd(name, kBase | (executable == Executable::kYes ? MFD_EXEC : MFD_NOEXEC_SEAL));
  } catch (const Error& e) {
    if (e.facts().error_number == EACCES) {
      throw Error(Code::kUnsupported,
                  "vm.memfd_noexec=2 forbids the sealed image that rt-init runs from; "
                  "set sysctl vm.memfd_noexec=1 or lower",
                  e.facts());
    }
    if (e.facts().error_number != EINVAL) throw;
  }
  return sys::memfd(name, kBase);  // kernels before 6.3 know neither flag
}

}  // namespace

Fd sealed_memfd(const char* name, std::string_view content, Executable executable) {
  Fd file = create(name, executable);
  sys::write_all(file.get(), content);
  constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  // EBUSY: another processor still holds fresh pages in a batch of its own. The kernel waits for
  // them itself, up to 150 ms a call, which a loaded machine can exceed (mm/memfd.c).
  for (int attempt = 0; ::fcntl(file.get(), F_ADD_SEALS, kSeals) < 0; ++attempt) {
    if (errno != EBUSY || attempt == 20) throw_errno("fcntl F_ADD_SEALS");
  }
  return file;
}

}  // namespace rt

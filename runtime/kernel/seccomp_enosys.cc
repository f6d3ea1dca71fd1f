// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/seccomp_enosys.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace rt {
namespace {

constexpr std::uint32_t kX32Bit = 0x40000000;  // __X32_SYSCALL_BIT

sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<__u32>(offset));
}

// The highest number that the profile mentions; -1 for none. Pseudo numbers of libseccomp are
// negative and do not count.
int highest_number(const spec::Seccomp& profile, std::uint32_t arch) {
  int highest = -1;
  for (const spec::SeccompSyscall& entry : profile.syscalls) {
    for (const std::string& name : entry.names) {
      highest = std::max(highest, ::seccomp_syscall_resolve_name_arch(arch, name.c_str()));
    }
  }
  return highest;
}

// Tests one architecture and ends with `load(arch)` undone only inside: the next block finds the
// architecture in the accumulator.
void append_block(std::uint32_t arch, int highest, std::vector<sock_filter>& out) {
  const bool has_x32 = arch == AUDIT_ARCH_X86_64;
  const sock_filter back = load(offsetof(seccomp_data, arch));
  out.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arch, 0, static_cast<__u8>(has_x32 ? 5 : 4)));
  out.push_back(load(offsetof(seccomp_data, nr)));
  if (has_x32) out.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kX32Bit, 2, 0));
  out.push_back(BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, static_cast<__u32>(highest), 0, 1));
  out.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
  out.push_back(back);
}

}  // namespace

bool wants_enosys_stub(const spec::Seccomp& profile) noexcept {
  return profile.default_action == spec::SeccompAction::kErrno &&
         profile.default_errno_ret.value_or(EPERM) != ENOSYS && !profile.syscalls.empty();
}

void prepend_enosys_stub(const spec::Seccomp& profile, const std::vector<std::uint32_t>& archs,
                         std::vector<sock_filter>& program) {
  std::vector<sock_filter> stub{load(offsetof(seccomp_data, arch))};
  for (const std::uint32_t arch : archs) {
    if (arch == SCMP_ARCH_X32) continue;
    const int highest = highest_number(profile, arch);
    if (highest >= 0) append_block(arch, highest, stub);
  }
  program.insert(program.begin(), stub.begin(), stub.end());
}

}  // namespace rt

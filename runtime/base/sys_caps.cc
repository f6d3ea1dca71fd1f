// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/sys_caps.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt::sys {
namespace {

constexpr unsigned kMaxCaps = 64;

// capget(2): version 3 has two words for each set.
using Words = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;
constexpr __user_cap_header_struct kHeader{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};

constexpr std::uint64_t joined(std::uint32_t low, std::uint32_t high) noexcept {
  return static_cast<std::uint64_t>(high) << 32 | low;
}
constexpr std::uint32_t low(std::uint64_t mask) noexcept {
  return static_cast<std::uint32_t>(mask);
}
constexpr std::uint32_t high(std::uint64_t mask) noexcept {
  return static_cast<std::uint32_t>(mask >> 32);
}

// 0 or 1; -1 with EINVAL for a number that this kernel does not have.
int ask(int option, unsigned long a2, unsigned long a3) {
  const int result = ::prctl(option, a2, a3, 0, 0);
  if (result < 0 && errno != EINVAL) throw_errno("prctl");
  return result;
}

template <class Read>
std::uint64_t collect(Read read) {
  std::uint64_t mask = 0;
  for (unsigned cap = 0; cap < kMaxCaps; ++cap) {
    const int answer = read(cap);
    if (answer < 0) break;
    if (answer > 0) mask |= std::uint64_t{1} << cap;
  }
  return mask;
}

}  // namespace

CapSets capget() {
  __user_cap_header_struct header = kHeader;
  Words words{};
  if (::syscall(SYS_capget, &header, words.data()) != 0) throw_errno("capget");
  return {.effective = joined(words[0].effective, words[1].effective),
          .permitted = joined(words[0].permitted, words[1].permitted),
          .inheritable = joined(words[0].inheritable, words[1].inheritable)};
}

void capset(const CapSets& sets) {
  __user_cap_header_struct header = kHeader;
  Words words{};
  words[0] = {low(sets.effective), low(sets.permitted), low(sets.inheritable)};
  words[1] = {high(sets.effective), high(sets.permitted), high(sets.inheritable)};
  if (::syscall(SYS_capset, &header, words.data()) != 0) throw_errno("capset");
}

BoundingSet bounding_set() {
  BoundingSet out;
  out.present = collect([&](unsigned cap) {
    const int answer = ask(PR_CAPBSET_READ, cap, 0);
    if (answer >= 0) out.known |= std::uint64_t{1} << cap;
    return answer;
  });
  return out;
}

std::uint64_t known_caps(std::uint64_t some) {
  auto next = static_cast<unsigned>(std::bit_width(some));
  while (next < kMaxCaps && ask(PR_CAPBSET_READ, next, 0) >= 0) ++next;
  return next < kMaxCaps ? (std::uint64_t{1} << next) - 1 : ~std::uint64_t{0};
}

void capbset_drop_others(std::uint64_t kept) {
  for (unsigned cap = 0; cap < kMaxCaps; ++cap) {
    if ((kept >> cap & 1U) == 0 && ask(PR_CAPBSET_DROP, cap, 0) < 0) return;
  }
}

void ambient_clear() {
  (void)ask(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0);
}

void ambient_raise(unsigned cap) {
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap);
}

std::uint64_t ambient_set() {
  return collect([](unsigned cap) { return ask(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap); });
}

}  // namespace rt::sys

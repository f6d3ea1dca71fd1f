// SPDX-License-Identifier: Apache-2.0
//
// `linux.seccomp` as the document gives it; kernel/seccomp turns it into a filter.
// Source: runtime-spec 1.3, config-linux.md "Seccomp".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rt::spec {

enum class SeccompAction : std::uint8_t {
  kKill,  // the old word for kKillThread
  kKillProcess,
  kKillThread,
  kTrap,
  kErrno,
  kTrace,
  kAllow,
  kLog,
  kNotify,
};

enum class SeccompOperator : std::uint8_t { kNe, kLt, kLe, kEq, kGe, kGt, kMaskedEq };

enum class SeccompFlag : std::uint8_t {  // <linux/seccomp.h>, SECCOMP_FILTER_FLAG_*
  kTsync = 1U << 0,
  kLog = 1U << 1,
  kSpecAllow = 1U << 2,
  kWaitKillableRecv = 1U << 5,
};

enum class SeccompArch : std::uint8_t {
  kX86,
  kX86_64,
  kX32,
  kArm,
  kAarch64,
  kLoongarch64,
  kM68k,
  kMips,
  kMips64,
  kMips64n32,
  kMipsel,
  kMipsel64,
  kMipsel64n32,
  kPpc,
  kPpc64,
  kPpc64le,
  kS390,
  kS390x,
  kSh,
  kSheb,
  kParisc,
  kParisc64,
  kRiscv64,
};

struct SeccompArg {
  std::uint32_t index = 0;  // 0..5
  std::uint64_t value = 0;
  std::uint64_t value_two = 0;  // kMaskedEq: (arg & value) == value_two
  SeccompOperator op = SeccompOperator::kEq;
  bool operator==(const SeccompArg&) const = default;
};

struct SeccompSyscall {
  std::vector<std::string> names{};
  SeccompAction action = SeccompAction::kAllow;
  std::optional<std::uint32_t> errno_ret{};  // absent: EPERM; kErrno and kTrace only
  std::vector<SeccompArg> args{};            // all must hold
  bool operator==(const SeccompSyscall&) const = default;
};

struct Seccomp {
  SeccompAction default_action = SeccompAction::kAllow;
  std::optional<std::uint32_t> default_errno_ret{};
  std::vector<SeccompArch> architectures{};         // empty: native only
  std::optional<std::vector<SeccompFlag>> flags{};  // absent is not the same as []
  std::string listener_path{};                      // empty: absent
  std::string listener_metadata{};
  std::vector<SeccompSyscall> syscalls{};
  bool operator==(const Seccomp&) const = default;
};

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
//
// Words of the spec <-> values, one table a type. The tables decode, encode, fill `rt features`
// and list the choices in error texts. Kernel numbers live in the enumerators (process.h, linux.h).
// Sources: runtime-spec 1.3; capabilities(7), signal(7), getrlimit(2).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spec/linux.h"
#include "spec/process.h"
#include "spec/resources.h"
#include "spec/seccomp.h"
#include "spec/state.h"

namespace rt::spec {

template <class T>
struct Word {
  std::string_view word;
  T value;
};

// The table of T, sorted as the spec lists it. Specialised below for every type with words.
template <class T>
struct Words;

template <class T>
concept HasWords = requires {
  Words<T>::list();
};

#define RT_SPEC_WORDS(T)                             \
  template <>                                        \
  struct Words<T> {                                  \
    static std::span<const Word<T>> list() noexcept; \
  }
RT_SPEC_WORDS(RlimitType);
RT_SPEC_WORDS(SchedulerPolicy);
RT_SPEC_WORDS(SchedulerFlag);
RT_SPEC_WORDS(IoPriorityClass);
RT_SPEC_WORDS(NamespaceType);
RT_SPEC_WORDS(DeviceType);
RT_SPEC_WORDS(DeviceRuleType);
RT_SPEC_WORDS(MemoryPolicyMode);
RT_SPEC_WORDS(MemoryPolicyFlag);
RT_SPEC_WORDS(PersonalityDomain);
RT_SPEC_WORDS(RootfsPropagation);
RT_SPEC_WORDS(SeccompAction);
RT_SPEC_WORDS(SeccompOperator);
RT_SPEC_WORDS(SeccompFlag);
RT_SPEC_WORDS(SeccompArch);
RT_SPEC_WORDS(Status);
#undef RT_SPEC_WORDS

template <HasWords T>
[[nodiscard]] std::optional<T> value_of(std::string_view word) noexcept {
  for (const Word<T>& row : Words<T>::list())
    if (row.word == word) return row.value;
  return {};
}

// "" for a value without a word, which no decoded document holds.
template <HasWords T>
[[nodiscard]] std::string_view word_of(const T& value) noexcept {
  for (const Word<T>& row : Words<T>::list())
    if (row.value == value) return row.word;
  return {};
}

// Every word, sorted by the alphabet: for `rt features`.
template <HasWords T>
[[nodiscard]] std::vector<std::string> all_words() {
  std::vector<std::string> out;
  for (const Word<T>& row : Words<T>::list()) out.emplace_back(row.word);
  std::sort(out.begin(), out.end());
  return out;
}

// capabilities(7), number = index. Known to rt, which may be more than the running kernel knows.
inline constexpr auto kCapabilityNames = std::to_array<std::string_view>({
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
});
// "CAP_KILL" -> 5. Exact spelling; empty for an unknown name.
[[nodiscard]] std::optional<unsigned> capability_number(std::string_view name) noexcept;

// "15", "TERM", "sigterm", "RTMIN+3", "SIGRTMAX-1" -> the number, 0..64. Real-time signals count
// from 34: the container's libc decides about 32 and 33, and glibc keeps them to itself.
// Empty for anything else.
[[nodiscard]] std::optional<int> signal_number(std::string_view name);

}  // namespace rt::spec

// SPDX-License-Identifier: Apache-2.0
//
// What this C++ library, libseccomp and headers for glibc ask of a C library that musl does not
// have (decision 0026).
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

// The linker's own marks of where this program lies.
extern "C" const char __ehdr_start[] __attribute__((visibility("hidden")));  // NOLINT
extern "C" const char _end[] __attribute__((visibility("hidden")));          // NOLINT

namespace {

#include "runtime/libc/errno_words.inc"  // kErrorWords, kErrorNames, kSignalWords

template <std::size_t count>
const char* word_of(const char* const (&words)[count], int number) {
  return number >= 0 && static_cast<std::size_t>(number) < count ? words[number] : nullptr;
}

}  // namespace

extern "C" {

// libstdc++ counts references without atomics while it is set; there is one thread.
extern char __libc_single_threaded;
char __libc_single_threaded = 1;

// _FORTIFY_SOURCE: the copy that the compiler could not prove to fit.
void* __memcpy_chk(void* to, const void* from, std::size_t size, std::size_t room) {
  if (size > room) std::abort();
  return std::memcpy(to, from, size);
}

int __snprintf_chk(char* to, std::size_t size, int /*flag*/, std::size_t room, const char* format,
                   ...) {
  if (size > room) std::abort();
  va_list values;
  va_start(values, format);
  const int length = std::vsnprintf(to, size, format, values);
  va_end(values);
  return length;
}

int __fprintf_chk(FILE* to, int /*flag*/, const char* format, ...) {
  va_list values;
  va_start(values, format);
  const int length = std::vfprintf(to, format, values);
  va_end(values);
  return length;
}

int __openat_2(int dir_fd, const char* path, int flags) {
  const bool makes_a_file = (flags & O_CREAT) != 0 || (flags & __O_TMPFILE) == __O_TMPFILE;
  if (makes_a_file) std::abort();  // without a mode
  return ::openat(dir_fd, path, flags);
}

// makedev(3) where it is not inline: 12 + 20 bits of major, 8 + 24 of minor (the kernel's
// huge_encode_dev).
dev_t gnu_dev_makedev(unsigned major, unsigned minor) noexcept {
  return (dev_t{major} & 0xFFFFF000U) << 32 | (dev_t{major} & 0xFFFU) << 8 |
         (dev_t{minor} & 0xFFFFFF00U) << 12 | (dev_t{minor} & 0xFFU);
}

int close_range(unsigned first, unsigned last, int flags) noexcept {
  return static_cast<int>(::syscall(SYS_close_range, first, last, flags));
}

// CMSG_NXTHDR(3) where it is not inline: null when no whole header follows.
cmsghdr* __cmsg_nxthdr(msghdr* message, cmsghdr* part) noexcept {
  const auto* end = static_cast<const char*>(message->msg_control) + message->msg_controllen;
  const std::size_t left = static_cast<std::size_t>(end - reinterpret_cast<const char*>(part));
  if (part->cmsg_len < sizeof *part || part->cmsg_len > left) return nullptr;
  const std::size_t step = CMSG_ALIGN(part->cmsg_len);
  if (step > left || left - step < sizeof *part) return nullptr;
  return reinterpret_cast<cmsghdr*>(reinterpret_cast<char*>(part) + step);
}

// Managers read some texts of errors: they are the same with both libraries.
const char* strerrordesc_np(int number) noexcept {
  return word_of(kErrorWords, number);
}

const char* strerrorname_np(int number) noexcept {
  return word_of(kErrorNames, number);
}

const char* sigabbrev_np(int number) noexcept {
  return word_of(kSignalWords, number);
}

#ifdef DLFO_STRUCT_HAS_EH_DBASE
// The unwinder of GCC 12 and later asks where the table for an address is: there is one object.
int _dl_find_object(void* /*address*/, dl_find_object* out) noexcept {
  const auto* header = reinterpret_cast<const ElfW(Ehdr)*>(__ehdr_start);
  const auto* segments = reinterpret_cast<const ElfW(Phdr)*>(__ehdr_start + header->e_phoff);
  for (int i = 0; i < header->e_phnum; ++i) {
    if (segments[i].p_type != PT_GNU_EH_FRAME) continue;
    *out = {};
    out->dlfo_map_start = const_cast<char*>(__ehdr_start);
    out->dlfo_map_end = const_cast<char*>(_end);
    out->dlfo_eh_frame = const_cast<char*>(__ehdr_start + segments[i].p_vaddr);
    return 0;
  }
  return -1;
}
#endif

}  // extern "C"

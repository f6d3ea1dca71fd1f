// SPDX-License-Identifier: Apache-2.0
//
// Memory for rt-init in musl's place: it allocates little, lives for milliseconds and ends in
// execve, so nothing is given back. What fits into the arena needs no system call.
#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t kAlign = alignof(std::max_align_t);
constexpr std::size_t kChunk = std::size_t{256} << 10;  // bytes; only what is touched exists

alignas(kAlign) char first_chunk[kChunk];  // NOLINT: bss
char* next_free = first_chunk;             // NOLINT: one thread
char* chunk_end = first_chunk + kChunk;    // NOLINT

// Before each piece, for realloc(): how long it is.
struct alignas(kAlign) Head {
  std::size_t size;
};

bool take_chunk(std::size_t size) {
  const std::size_t length = size > kChunk ? size : kChunk;
  void* chunk = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (chunk == MAP_FAILED) return false;
  next_free = static_cast<char*>(chunk);
  chunk_end = next_free + length;
  return true;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  if (size > PTRDIFF_MAX - sizeof(Head) - kAlign) {
    errno = ENOMEM;
    return nullptr;
  }
  const std::size_t length = sizeof(Head) + ((size + kAlign - 1) & ~(kAlign - 1));
  if (length > static_cast<std::size_t>(chunk_end - next_free) && !take_chunk(length)) {
    errno = ENOMEM;
    return nullptr;
  }
  auto* head = reinterpret_cast<Head*>(next_free);
  next_free += length;
  head->size = size;
  return head + 1;
}

void free(void* /*piece*/) {}

// A chunk is new: zero.
void* calloc(std::size_t count, std::size_t size) {
  if (size != 0 && count > SIZE_MAX / size) {
    errno = ENOMEM;
    return nullptr;
  }
  return malloc(count * size);
}

void* realloc(void* piece, std::size_t size) {
  void* out = malloc(size);
  if (out == nullptr || piece == nullptr) return out;
  const std::size_t old = (static_cast<Head*>(piece) - 1)->size;
  std::memcpy(out, piece, old < size ? old : size);
  return out;
}

}  // extern "C"

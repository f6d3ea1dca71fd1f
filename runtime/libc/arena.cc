// SPDX-License-Identifier: Apache-2.0
//
// Memory in musl's place, for one thread: rt and rt-init allocate little, and are gone after some
// milliseconds. Pieces are cut from a chunk that needs no system call; what is freed is for the
// next piece of its class, so that a process that stays does not grow. Above kLargest each has a
// mapping of its own. A piece that is freed twice, or is none, ends the process.
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t kAlign = alignof(std::max_align_t);
constexpr std::size_t kChunk = std::size_t{256} << 10;  // bytes; only what is touched exists
// Of a class. libstdc++ takes 72 KiB when a program begins, for exceptions without memory.
constexpr std::size_t kLargest = std::size_t{128} << 10;
constexpr std::size_t kMostAlign = 4096;
constexpr std::size_t kFine = 1024;  // classes are kAlign apart up to here

// Before each piece.
struct alignas(kAlign) Head {
  std::size_t room;
  std::uint64_t mark;
};
constexpr std::uint64_t kUsed = 0x5E1F'0A6E'D00D'0001;
constexpr std::uint64_t kFree = 0x5E1F'0A6E'D00D'0002;

// Above kFine four classes to a power of two.
struct Class {
  std::size_t index;
  std::size_t room;
};
constexpr std::size_t kFineClasses = kFine / kAlign + 1;
constexpr Class class_of(std::size_t size) {
  if (size <= kFine) {
    const std::size_t room = (std::max<std::size_t>(size, 1) + kAlign - 1) & ~(kAlign - 1);
    return {room / kAlign, room};
  }
  const std::size_t below = std::bit_floor(size - 1);
  const std::size_t step = below / 4;
  const std::size_t room = (size + step - 1) & ~(step - 1);
  const auto power = static_cast<std::size_t>(std::countr_zero(below) - std::countr_zero(kFine));
  return {kFineClasses + 4 * power + (room / step - 5), room};
}
constexpr std::size_t kClasses = class_of(kLargest).index + 1;

alignas(kAlign) char first_chunk[kChunk];  // NOLINT: bss
char* next_free = first_chunk;             // NOLINT: one thread
char* chunk_end = first_chunk + kChunk;    // NOLINT
Head* freed[kClasses];                     // NOLINT: of each class; the next one is in the piece

Head* next_of(Head* head) {
  return *reinterpret_cast<Head**>(head + 1);
}

void* out_of_memory() {
  errno = ENOMEM;
  return nullptr;
}

void* map(std::size_t length) {
  void* out = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return out == MAP_FAILED ? nullptr : out;
}

bool take_chunk() {
  auto* chunk = static_cast<char*>(map(kChunk));
  if (chunk == nullptr) return false;
  next_free = chunk;
  chunk_end = chunk + kChunk;
  return true;
}

void* hand_out(Head* head, std::size_t room) {
  head->room = room;
  head->mark = kUsed;
  return head + 1;
}

// From the chunk. Head, room and the loss for `align` fit into an empty one.
void* cut(std::size_t room, std::size_t align) {
  for (;;) {
    const auto begin = reinterpret_cast<std::uintptr_t>(next_free) + sizeof(Head);
    const std::size_t loss = ((begin + align - 1) & ~(align - 1)) - begin;
    const std::size_t length = loss + sizeof(Head) + room;
    if (length <= static_cast<std::size_t>(chunk_end - next_free)) {
      auto* head = reinterpret_cast<Head*>(next_free + loss);
      next_free += length;
      return hand_out(head, room);
    }
    if (!take_chunk()) return out_of_memory();
  }
}

void* map_large(std::size_t size) {
  if (size > PTRDIFF_MAX - sizeof(Head)) return out_of_memory();
  void* head = map(sizeof(Head) + size);
  return head == nullptr ? out_of_memory() : hand_out(static_cast<Head*>(head), size);
}

Head* head_of(void* piece) {
  Head* head = static_cast<Head*>(piece) - 1;
  if (head->mark != kUsed) std::abort();
  return head;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  if (size > kLargest) return map_large(size);
  const Class wanted = class_of(size);
  if (Head* head = freed[wanted.index]; head != nullptr) {
    if (head->mark != kFree) std::abort();
    freed[wanted.index] = next_of(head);
    return hand_out(head, wanted.room);
  }
  return cut(wanted.room, kAlign);
}

// For operator new of types that want more; musl's own would bring its whole malloc along, whose
// pieces are none here. posix_memalign(3) calls it.
void* aligned_alloc(std::size_t align, std::size_t size) {
  if (align <= kAlign) return malloc(size);
  if (align > kMostAlign || size > kLargest) return out_of_memory();
  return cut(class_of(size).room, align);
}

void free(void* piece) {
  if (piece == nullptr) return;
  Head* head = head_of(piece);
  if (head->room > kLargest) {
    (void)::munmap(head, sizeof(Head) + head->room);
    return;
  }
  Head*& list = freed[class_of(head->room).index];
  head->mark = kFree;
  *static_cast<Head**>(piece) = list;
  list = head;
}

void* calloc(std::size_t count, std::size_t size) {
  if (size != 0 && count > SIZE_MAX / size) return out_of_memory();
  void* out = malloc(count * size);
  if (out != nullptr) std::memset(out, 0, count * size);
  return out;
}

void* realloc(void* piece, std::size_t size) {
  if (piece == nullptr) return malloc(size);
  const std::size_t room = head_of(piece)->room;
  if (size <= room) return piece;
  void* out = malloc(size);
  if (out == nullptr) return out;
  std::memcpy(out, piece, room);
  free(piece);
  return out;
}

}  // extern "C"

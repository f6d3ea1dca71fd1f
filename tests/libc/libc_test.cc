// SPDX-License-Identifier: Apache-2.0
//
// What rt and rt-init have in musl's place, beside glibc's own. The functions get other names here.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#define malloc arena_malloc
#define free arena_free
#define calloc arena_calloc
#define realloc arena_realloc
#define aligned_alloc arena_aligned_alloc
#include "runtime/libc/arena.cc"
#undef malloc
#undef free
#undef calloc
#undef realloc
#undef aligned_alloc

#define __libc_single_threaded supplement_single_threaded
#define __memcpy_chk supplement_memcpy_chk
#define gnu_dev_makedev supplement_makedev
#define close_range supplement_close_range
#define __cmsg_nxthdr supplement_cmsg_nxthdr
#define __snprintf_chk supplement_snprintf_chk
#define __fprintf_chk supplement_fprintf_chk
#define __openat_2 supplement_openat_2
#define strerrordesc_np supplement_strerrordesc
#define strerrorname_np supplement_strerrorname
#define sigabbrev_np supplement_sigabbrev
#define _dl_find_object supplement_find_object
#include "runtime/libc/supplement.cc"
#undef gnu_dev_makedev
#undef __cmsg_nxthdr
#undef strerrordesc_np
#undef strerrorname_np
#undef sigabbrev_np
#undef _dl_find_object

namespace {

TEST(Arena, GivesAlignedPiecesThatDoNotOverlap) {
  std::array<char*, 64> pieces{};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    pieces[i] = static_cast<char*>(arena_malloc(i * 97));
    ASSERT_NE(pieces[i], nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pieces[i]) % alignof(std::max_align_t), 0U);
    std::memset(pieces[i], static_cast<int>(i), i * 97);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_EQ(std::string(pieces[i], i * 97), std::string(i * 97, static_cast<char>(i))) << i;
  }
}

TEST(Arena, EachClassHoldsItsSizeAndWastesLessThanAQuarter) {
  std::size_t last = 0;
  for (std::size_t size = 1; size <= kLargest; ++size) {
    const Class one = class_of(size);
    ASSERT_GE(one.room, size);
    ASSERT_LT(one.room, size + std::max(size / 4 + 1, kAlign)) << size;
    ASSERT_EQ(one.room % kAlign, 0U) << size;
    ASSERT_EQ(class_of(one.room).index, one.index) << size;
    ASSERT_TRUE(one.index == last || one.index == last + 1) << size;
    last = one.index;
  }
  EXPECT_EQ(last + 1, kClasses);
}

TEST(Arena, GoesOnBehindItsFirstChunk) {
  for (int i = 0; i < 20; ++i) EXPECT_NE(arena_malloc(kLargest), nullptr);
}

TEST(Arena, WhatIsFreedIsUsedAgain) {
  void* const first = arena_malloc(100);
  arena_free(first);
  EXPECT_EQ(arena_malloc(101), first);
  // A process that stays does not grow.
  const char* const before = next_free;
  for (int i = 0; i < 100'000; ++i) {
    auto* piece = static_cast<char*>(arena_calloc(1, 500));
    ASSERT_EQ(std::string(piece, 500), std::string(500, '\0'));
    std::memset(piece, 1, 500);
    arena_free(piece);
  }
  EXPECT_LE(next_free, before + 1024);
}

TEST(Arena, LargePiecesComeAndGoWithAMapping) {
  const char* const before = next_free;
  auto* large = static_cast<char*>(arena_calloc(3, std::size_t{200} << 10));
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(std::string(large, 1000), std::string(1000, '\0'));
  std::memcpy(large, "four", 5);
  large = static_cast<char*>(arena_realloc(large, std::size_t{800} << 10));
  EXPECT_STREQ(large, "four");
  arena_free(large);
  EXPECT_EQ(next_free, before);
  unsigned char there = 0;
  EXPECT_EQ(::mincore(reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(large) & ~4095UL), 1,
                      &there),
            -1);
  arena_free(nullptr);
}

TEST(ArenaDeathTest, APieceThatIsFreedTwiceOrIsNoneEndsTheProcess) {
  void* const piece = arena_malloc(10);
  EXPECT_DEATH(
      {
        arena_free(piece);
        arena_free(piece);
      },
      "");
  alignas(16) std::array<char, 64> none{};
  EXPECT_DEATH(arena_free(none.data() + 32), "");
  EXPECT_DEATH(arena_realloc(none.data() + 32, 1), "");
}

TEST(Arena, ReallocKeepsWhatWasThere) {
  auto* piece = static_cast<char*>(arena_realloc(nullptr, 5));
  std::memcpy(piece, "four", 5);
  piece = static_cast<char*>(arena_realloc(piece, 5000));
  EXPECT_STREQ(piece, "four");
  piece = static_cast<char*>(arena_realloc(piece, 2));
  EXPECT_EQ(std::string(piece, 2), "fo");
}

TEST(Arena, AlignsAsAsked) {
  for (const std::size_t align : {1U, 16U, 32U, 64U, 4096U}) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{100}, kLargest}) {
      void* const piece = arena_aligned_alloc(align, size);
      ASSERT_NE(piece, nullptr);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(piece) % align, 0U);
      std::memset(piece, 1, size);
      arena_free(piece);
      EXPECT_EQ(arena_malloc(size), piece);
    }
  }
  EXPECT_EQ(arena_aligned_alloc(8192, 1), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  EXPECT_EQ(arena_aligned_alloc(32, kLargest + 1), nullptr);
}

TEST(Arena, RefusesWhatCannotBe) {
  EXPECT_EQ(arena_malloc(PTRDIFF_MAX), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  EXPECT_EQ(arena_calloc(SIZE_MAX / 2, 3), nullptr);
}

TEST(Supplement, ErrorsAndSignalsHaveTheWordsOfGlibc) {
  for (int number = -1; number < 200; ++number) {
    const char* const want = ::strerrordesc_np(number);
    const char* const got = supplement_strerrordesc(number);
    EXPECT_STREQ(got == nullptr ? "" : got, want == nullptr ? "" : want) << number;
    const char* const name = ::strerrorname_np(number);
    const char* const got_name = supplement_strerrorname(number);
    EXPECT_STREQ(got_name == nullptr ? "" : got_name, name == nullptr ? "" : name) << number;
  }
  for (int number = 1; number < 32; ++number) {
    EXPECT_STREQ(supplement_sigabbrev(number), ::sigabbrev_np(number)) << number;
  }
  EXPECT_EQ(supplement_sigabbrev(64), nullptr);
}

TEST(Supplement, DeviceNumbersAreThoseOfGlibc) {
  for (const unsigned major : {0U, 1U, 136U, 4095U, 4096U, 0xFFFFFFFFU}) {
    for (const unsigned minor : {0U, 3U, 255U, 256U, 0xFFFFFU, 0xFFFFFFFFU}) {
      EXPECT_EQ(supplement_makedev(major, minor), makedev(major, minor)) << major << ":" << minor;
    }
  }
}

// Two parts, then ends of the buffer that cut the second one off at every byte.
TEST(Supplement, AncillaryDataEndsWhereGlibcSaysSo) {
  alignas(cmsghdr) std::array<char, 256> control{};
  msghdr message{};
  message.msg_control = control.data();
  auto* first = reinterpret_cast<cmsghdr*>(control.data());
  first->cmsg_len = CMSG_LEN(3);
  const std::size_t step = CMSG_ALIGN(first->cmsg_len);
  auto* second = reinterpret_cast<cmsghdr*>(control.data() + step);
  second->cmsg_len = CMSG_LEN(8);
  for (std::size_t room = sizeof(cmsghdr); room <= step + CMSG_SPACE(8); ++room) {
    message.msg_controllen = room;
    const bool whole = room >= step + sizeof(cmsghdr);
    EXPECT_EQ(supplement_cmsg_nxthdr(&message, first), whole ? second : nullptr) << room;
  }
  first->cmsg_len = 0;
  EXPECT_EQ(supplement_cmsg_nxthdr(&message, first), nullptr);
  first->cmsg_len = SIZE_MAX - 2;
  EXPECT_EQ(supplement_cmsg_nxthdr(&message, first), nullptr);
}

TEST(Supplement, PrintsAndOpensAsWithoutTheCheck) {
  std::array<char, 16> text{};
  EXPECT_EQ(supplement_snprintf_chk(text.data(), text.size(), 0, text.size(), "%s-%d", "a", 7), 3);
  EXPECT_STREQ(text.data(), "a-7");
  EXPECT_DEATH(supplement_snprintf_chk(text.data(), 17, 0, text.size(), "%d", 1), "");
  FILE* const file = std::tmpfile();
  EXPECT_EQ(supplement_fprintf_chk(file, 0, "%s-%d", "a", 7), 3);
  std::fclose(file);
  const int fd = supplement_openat_2(AT_FDCWD, "/", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  EXPECT_GE(fd, 0);
  ::close(fd);
  for (const int makes : {O_CREAT, __O_TMPFILE})
    EXPECT_DEATH(supplement_openat_2(AT_FDCWD, "/nowhere", makes | O_CLOEXEC), "");
}

#ifdef DLFO_STRUCT_HAS_EH_DBASE
TEST(Supplement, FindsTheUnwindTableOfTheProgram) {
  auto* const here = reinterpret_cast<void*>(&word_of<1>);
  dl_find_object want{};
  dl_find_object got{};
  ASSERT_EQ(::_dl_find_object(here, &want), 0);
  ASSERT_EQ(supplement_find_object(here, &got), 0);
  EXPECT_EQ(got.dlfo_map_start, want.dlfo_map_start);
  EXPECT_EQ(got.dlfo_eh_frame, want.dlfo_eh_frame);
}
#endif

}  // namespace

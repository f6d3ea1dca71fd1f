# Compiler and linker flags of every target, and the switches that the presets turn.
# Warnings are errors only in our presets (RT_WERROR), not for packagers.
option(RT_WERROR "treat warnings as errors" OFF)
option(RT_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer; implies dynamic linking" OFF)
option(RT_COVERAGE "instrument for gcov" OFF)
option(RT_FUZZERS "build the libFuzzer programs of tests/fuzz (clang)" OFF)
option(RT_STATIC "link rt with its libraries and libc inside (static-pie)" OFF)
option(RT_HARDEN "fortify, stack protector, control-flow protection, full RELRO" OFF)
option(RT_UNITY "compile several sources at once, in a third of the time" OFF)
option(RT_LTO "link-time optimisation" OFF)

find_program(RT_CCACHE ccache)
if(RT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${RT_CCACHE})
endif()

# -O2, and assertions stay on: the checks of libstdc++ and RapidJSON are part of the hardening.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

add_library(rt_flags INTERFACE)
target_compile_features(rt_flags INTERFACE cxx_std_20)
target_include_directories(rt_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(rt_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wnull-dereference -Wold-style-cast -Wcast-qual -Wformat=2
  -Wimplicit-fallthrough -Wundef -Wextra-semi -Wsuggest-override)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(rt_flags INTERFACE
    -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wuseless-cast)
endif()
if(RT_WERROR)
  target_compile_options(rt_flags INTERFACE -Werror)
endif()

target_compile_options(rt_flags INTERFACE -fPIE)
if(RT_SANITIZE)
  # ASan finds a null pointer that is used as well; those checks and full debug information double the
  # time that it takes to compile.
  target_compile_options(rt_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize=null,vptr,object-size -fno-sanitize-recover=all
    -fno-omit-frame-pointer $<$<CONFIG:Debug>:-g1>)
  target_link_options(rt_flags INTERFACE -fsanitize=address,undefined)
endif()
if(RT_COVERAGE)
  # Atomic counters: a child of a test may still be counting when the test ends.
  target_compile_options(rt_flags INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(rt_flags INTERFACE --coverage)
endif()
if(RT_FUZZERS)
  # RapidJSON adds to the null pointer of an empty stack, of which clang alone complains.
  target_compile_options(rt_flags INTERFACE -fsanitize=fuzzer-no-link -fno-sanitize=pointer-overflow)
endif()
if(RT_HARDEN)
  target_compile_options(rt_flags INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS
    -fstack-protector-strong -fstack-clash-protection -ffunction-sections -fdata-sections)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(rt_flags INTERFACE -fcf-protection)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    target_compile_options(rt_flags INTERFACE -mbranch-protection=standard)
  endif()
  target_link_options(rt_flags INTERFACE
    -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--gc-sections -s)
endif()
if(RT_LTO)
  include(CheckIPOSupported)
  check_ipo_supported()
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

# How a program is linked (decision 0011). rt_link_static (libc.cmake): rt-init, which runs where no loader is to be
# found, and so is static in every build that the sanitizers allow; and rt itself with RT_STATIC. rt_link: rt without it.
add_library(rt_link INTERFACE)
add_library(rt_link_static INTERFACE)
target_link_options(rt_link INTERFACE -pie)
if(NOT RT_SANITIZE)
  target_link_options(rt_link_static INTERFACE -static-pie)
endif()

# spdlog and fmt as headers only: nothing of them is a shared library at run time. A fixed separator
# keeps std::locale out, which would be half a megabyte of a static program.
add_library(rt_spdlog INTERFACE)
find_path(RT_SPDLOG_INCLUDE spdlog/spdlog.h REQUIRED)
find_path(RT_FMT_INCLUDE fmt/core.h REQUIRED)
target_include_directories(rt_spdlog SYSTEM INTERFACE ${RT_SPDLOG_INCLUDE} ${RT_FMT_INCLUDE})
target_compile_definitions(rt_spdlog INTERFACE
  SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY FMT_STATIC_THOUSANDS_SEPARATOR=',')

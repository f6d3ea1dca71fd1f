# The two shapes that every folder uses. Flags come from cmake/flags.cmake.
#
#   rt_library(rtbase SOURCES a.cc b.cc DEPS rtspec)     one static library a folder
#   rt_test(base_tests SOURCES a_test.cc DEPS rtbase)    one GoogleTest program a folder of tests/

function(rt_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC rt_flags ${ARG_DEPS})
endfunction()

function(rt_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE rt_flags ${ARG_DEPS} GTest::gtest GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 30)
endfunction()

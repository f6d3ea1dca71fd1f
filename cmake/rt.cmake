# The shapes that every folder uses. A generated file is included by its path below the build tree. Flags come from cmake/flags.cmake.
#
#   rt_library(rtbase [SMALL] SOURCES a.cc b.cc DEPS rtspec)     one static library a folder
#   rt_generate(rt-names names.inc)                      what a program of the build prints, as a file to include
#   rt_test(base_tests SOURCES a_test.cc DEPS rtbase)    one GoogleTest program a folder of tests/

# Whose sources have the same names on purpose, such as each command's kOptions and run.
set(RT_SAME_NAMES rtbase rtcli rtoutside rtspec)

# SMALL: what rt-init is made of. Its image is written anew for every process: size is time.
function(rt_make_small name)
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-Os>)
endfunction()

function(rt_library name)
  cmake_parse_arguments(ARG "SMALL" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC rt_flags ${ARG_DEPS})
  if(ARG_SMALL)
    rt_make_small(${name})
  endif()
  if(NOT name IN_LIST RT_SAME_NAMES)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ${RT_UNITY})
  endif()
endfunction()

function(rt_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE rt_flags ${ARG_DEPS} GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${RT_UNITY})
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 30)
endfunction()

function(rt_generate program file)
  set(path ${CMAKE_CURRENT_BINARY_DIR}/${file})
  add_custom_command(OUTPUT ${path} COMMAND ${program} > ${path} DEPENDS ${program} VERBATIM)
endfunction()

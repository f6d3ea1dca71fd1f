# Compiler flags of every target. Warnings are errors only in our presets (RT_WERROR), not for packagers.
option(RT_WERROR "treat warnings as errors" OFF)

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

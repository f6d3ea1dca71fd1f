# What needs libseccomp and the names of libcap-ng: the runtime only, never rt-init.
add_executable(rt-capability-names ${CMAKE_CURRENT_LIST_DIR}/capability_names.cc)
target_link_libraries(rt-capability-names PRIVATE rt_flags cap-ng)
rt_generate(rt-capability-names capability_names.inc)

rt_library(rtseccomp SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/capabilities.cc
  ${CMAKE_CURRENT_LIST_DIR}/seccomp.cc
  ${CMAKE_CURRENT_LIST_DIR}/seccomp_cache.cc
  ${CMAKE_CURRENT_LIST_DIR}/seccomp_enosys.cc
  ${CMAKE_CURRENT_LIST_DIR}/seccomp_listener.cc
  ${CMAKE_CURRENT_BINARY_DIR}/capability_names.inc
  DEPS rtspec rtbase seccomp)
target_include_directories(rtseccomp PRIVATE ${CMAKE_BINARY_DIR})
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/seccomp_cache.cc PROPERTIES COMPILE_DEFINITIONS
  "RT_VERSION=\"${PROJECT_VERSION}\"")

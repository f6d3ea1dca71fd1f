# What needs libseccomp and libcap-ng: the runtime only, never rt-init.
rt_library(rtseccomp SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/capabilities.cc
  ${CMAKE_CURRENT_LIST_DIR}/seccomp.cc
  ${CMAKE_CURRENT_LIST_DIR}/seccomp_cache.cc
  ${CMAKE_CURRENT_LIST_DIR}/seccomp_enosys.cc
  ${CMAKE_CURRENT_LIST_DIR}/seccomp_listener.cc
  DEPS rtspec rtbase seccomp cap-ng)
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/seccomp_cache.cc PROPERTIES COMPILE_DEFINITIONS
  "RT_VERSION=\"${PROJECT_VERSION}\"")

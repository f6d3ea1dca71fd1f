# The C library of what is linked statically (decision 0026): musl's where it is installed, else what the
# compiler links. musl has no C++ library of its own here: libstdc++ is the compiler's.
#
#   rt_link_libc(rt-init)
set(RT_LIBC auto CACHE STRING "C library of rt and rt-init: musl, glibc, or auto (musl where it is found)")
set_property(CACHE RT_LIBC PROPERTY STRINGS auto musl glibc)

find_path(RT_MUSL_DIR NAMES rcrt1.o NO_DEFAULT_PATH
  PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/../${CMAKE_SYSTEM_PROCESSOR}-linux-musl
        /usr/lib/musl/lib /usr/${CMAKE_SYSTEM_PROCESSOR}-linux-musl/lib64
  DOC "where musl's rcrt1.o and libc.a are")

set(RT_IS_MUSL OFF)
if(NOT RT_LIBC STREQUAL "glibc" AND NOT RT_SANITIZE AND NOT RT_COVERAGE
   AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  if(RT_MUSL_DIR)
    set(RT_IS_MUSL ON)
  elseif(RT_LIBC STREQUAL "musl")
    message(FATAL_ERROR "RT_LIBC is musl, and musl's rcrt1.o is not found: RT_MUSL_DIR says where it is")
  endif()
endif()
if(RT_IS_MUSL)
  message(STATUS "what is static is linked with musl of ${RT_MUSL_DIR}")
endif()

# What libgcc and libstdc++ name only weakly, which takes nothing out of an archive: a call of it would go nowhere.
set(RT_WEAKLY_NAMED -Wl,-u,pthread_once,-u,pthread_key_create,-u,pthread_getspecific,-u,pthread_setspecific
  -Wl,-u,pthread_mutex_lock,-u,pthread_mutex_unlock)

function(rt_gcc_file variable name)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${name}
    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(${variable} ${path} PARENT_SCOPE)
endfunction()

# Libraries that the program needs beside ours come before: they need the C library themselves.
function(rt_link_libc program)
  if(NOT RT_IS_MUSL)
    target_link_libraries(${program} PRIVATE rt_link_static)
    return()
  endif()
  foreach(name crtbeginS.o crtendS.o libstdc++.a libgcc.a libgcc_eh.a)
    string(MAKE_C_IDENTIFIER ${name} id)
    rt_gcc_file(${id} ${name})
  endforeach()
  target_sources(${program} PRIVATE $<TARGET_OBJECTS:rtlibc>)
  target_link_options(${program} PRIVATE -static-pie -nostdlib -Wl,--gc-sections ${RT_WEAKLY_NAMED}
    ${RT_MUSL_DIR}/rcrt1.o ${RT_MUSL_DIR}/crti.o ${crtbeginS_o})
  target_link_libraries(${program} PRIVATE
    -Wl,--start-group ${libstdc___a} ${libgcc_a} ${libgcc_eh_a} ${RT_MUSL_DIR}/libc.a -Wl,--end-group
    ${crtendS_o} ${RT_MUSL_DIR}/crtn.o)
endfunction()

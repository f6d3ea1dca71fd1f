# The C library of rt-init (decision 0026): musl's static one where it is installed, else what the
# compiler links. musl has no C++ library of its own here: libstdc++ is the compiler's.
#
#   rt_link_init_libc(rt-init)
set(RT_INIT_LIBC auto CACHE STRING "C library of rt-init: musl, glibc, or auto (musl where it is found)")
set_property(CACHE RT_INIT_LIBC PROPERTY STRINGS auto musl glibc)

find_path(RT_MUSL_DIR NAMES rcrt1.o NO_DEFAULT_PATH
  PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/../${CMAKE_SYSTEM_PROCESSOR}-linux-musl
        /usr/lib/musl/lib /usr/${CMAKE_SYSTEM_PROCESSOR}-linux-musl/lib64
  DOC "where musl's rcrt1.o and libc.a are")

set(RT_INIT_IS_MUSL OFF)
if(NOT RT_INIT_LIBC STREQUAL "glibc" AND NOT RT_SANITIZE AND NOT RT_COVERAGE
   AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  if(RT_MUSL_DIR)
    set(RT_INIT_IS_MUSL ON)
  elseif(RT_INIT_LIBC STREQUAL "musl")
    message(FATAL_ERROR "RT_INIT_LIBC is musl, and musl's rcrt1.o is not found: RT_MUSL_DIR says where it is")
  endif()
endif()
if(RT_INIT_IS_MUSL)
  message(STATUS "rt-init is linked with musl of ${RT_MUSL_DIR}")
endif()

function(rt_gcc_file variable name)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${name}
    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(${variable} ${path} PARENT_SCOPE)
endfunction()

function(rt_link_init_libc program)
  if(NOT RT_INIT_IS_MUSL)
    target_link_libraries(${program} PRIVATE rt_link_static)
    return()
  endif()
  add_executable(rt-errno-words libc/errno_words.cc)
  target_link_libraries(rt-errno-words PRIVATE rt_flags)
  rt_generate(rt-errno-words errno_words.inc)
  target_sources(${program} PRIVATE libc/arena.cc libc/supplement.cc ${CMAKE_CURRENT_BINARY_DIR}/errno_words.inc)
  target_include_directories(${program} PRIVATE ${CMAKE_BINARY_DIR})
  # Compiled as it is: a function that is known to the linker by name alone must not be optimised away,
  # nor fortify what fortifies.
  set_source_files_properties(libc/arena.cc libc/supplement.cc PROPERTIES COMPILE_OPTIONS "-fno-lto;-U_FORTIFY_SOURCE;-Wno-pedantic")

  foreach(name crtbeginS.o crtendS.o libstdc++.a libgcc.a libgcc_eh.a)
    string(MAKE_C_IDENTIFIER ${name} id)
    rt_gcc_file(${id} ${name})
  endforeach()
  target_link_options(${program} PRIVATE -static-pie -nostdlib -Wl,--gc-sections
    ${RT_MUSL_DIR}/rcrt1.o ${RT_MUSL_DIR}/crti.o ${crtbeginS_o})
  target_link_libraries(${program} PRIVATE
    -Wl,--start-group ${libstdc___a} ${libgcc_a} ${libgcc_eh_a} ${RT_MUSL_DIR}/libc.a -Wl,--end-group
    ${crtendS_o} ${RT_MUSL_DIR}/crtn.o)
endfunction()

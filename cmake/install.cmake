# `cmake --install` and `cpack`: the binary, its manual and its completions, in the GNU directories.
include(GNUInstallDirs)

# Where zsh of Debian looks for what packages bring; elsewhere zsh's own name for it.
set(zsh_dir zsh/site-functions)
if(EXISTS /etc/debian_version)
  set(zsh_dir zsh/vendor-completions)
endif()
set(RT_ZSH_DIR ${zsh_dir} CACHE STRING "directory of the completion for zsh, below the data directory")

file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/man/*.8)
install(TARGETS rt-cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES completions/rt.bash DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions RENAME rt)
install(FILES completions/_rt DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/${RT_ZSH_DIR})
install(FILES completions/rt.fish DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/fish/vendor_completions.d)

# Whoever passes the binary on passes on what is linked into it, and the notices of that. Those of libgcc and
# libstdc++ are not asked for (GCC Runtime Library Exception).
file(READ LICENSE notices)
foreach(library musl-dev libseccomp-dev libcap-ng-dev rapidjson-dev libspdlog-dev libfmt-dev)
  set(notice /usr/share/doc/${library}/copyright)
  if(EXISTS ${notice})
    file(READ ${notice} text)
    string(APPEND notices "\n\nrt contains parts of what ${library} installs, of which this is said:\n\n${text}")
  else()
    message(STATUS "no notice of ${library}: ${notice} is missing")
  endif()
endforeach()
file(WRITE ${CMAKE_BINARY_DIR}/copyright "${notices}")
install(FILES ${CMAKE_BINARY_DIR}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rt)
set(CPACK_PACKAGE_VENDOR "the authors of rt")
set(CPACK_PACKAGE_CONTACT "the authors of rt <rt@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "OCI container runtime")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Runs containers from OCI bundles, for container managers or by hand.")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS uidmap)
# A static binary needs nothing but a kernel.
if(NOT RT_STATIC)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
endif()
include(CPack)

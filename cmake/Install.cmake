# The files that `cmake --install` installs, and their folders. No installed file contains the
# prefix, so the installation may be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(installed_cmake "${CMAKE_INSTALL_LIBDIR}/cmake/deepfilter")
set(installed_pkgconfig "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
set(made "${CMAKE_CURRENT_BINARY_DIR}/install")

set(kinds "")
if(DEEPFILTER_SHARED)
  list(APPEND kinds Shared)
  install(TARGETS deepfilter_shared EXPORT deepfilterSharedTargets
          RUNTIME COMPONENT runtime LIBRARY COMPONENT runtime NAMELINK_COMPONENT development)
endif()
# Elsewhere than on Linux nothing makes it whole.
if(DEEPFILTER_STATIC AND NOT (DEEPFILTER_WHOLE_STATIC AND NOT CMAKE_SYSTEM_NAME STREQUAL "Linux"))
  list(APPEND kinds Static)
  if(DEEPFILTER_WHOLE_STATIC)
    install(TARGETS deepfilter_static)
    install(FILES cmake/install/deepfilterStaticTargets.cmake DESTINATION "${installed_cmake}")
  else()
    install(TARGETS deepfilter_static EXPORT deepfilterStaticTargets)
  endif()
endif()
if(TARGET deepfilter)
  if(DEEPFILTER_PROGRAM_IN_LIBRARY)
    file(RELATIVE_PATH library_from_program "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
    set(origin "$ORIGIN")
    if(APPLE)
      set(origin "@loader_path")
    endif()
    set_target_properties(deepfilter PROPERTIES INSTALL_RPATH "${origin}/${library_from_program}")
  endif()
  install(TARGETS deepfilter RUNTIME COMPONENT runtime)
endif()
install(FILES include/deepfilter/deepfilter.h include/deepfilter/deepfilter.hpp
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/deepfilter")
if(NOT DEEPFILTER_PACKED_ONLY)
  install(FILES include/deepfilter/tools.h include/deepfilter/tools.hpp
          DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/deepfilter")
  install(FILES include/deep_filter/deep_filter.h
          DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/deep_filter")
endif()
if(TARGET deepfilter_man_pages)
  install(DIRECTORY "${PROJECT_BINARY_DIR}/man/" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1"
          FILES_MATCHING PATTERN "*.1")
endif()
install(FILES LICENSE-APACHE LICENSE-MIT NOTICE DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# Links by the official names: that of the official tool for the program, and that of the official
# library, for programs linked to it.
set(links "")
if(TARGET deepfilter AND WIN32)
  # Links need rights there that most users lack.
  install(PROGRAMS "$<TARGET_FILE:deepfilter>" DESTINATION "${CMAKE_INSTALL_BINDIR}"
          RENAME deep-filter.exe)
elseif(TARGET deepfilter)
  list(APPEND links "${CMAKE_INSTALL_BINDIR}/deep-filter:deepfilter")
endif()
if(UNIX AND NOT APPLE AND DEEPFILTER_SHARED AND NOT DEEPFILTER_PACKED_ONLY)
  list(APPEND links "${CMAKE_INSTALL_LIBDIR}/libdeepfilter.so.0.5:libdeepfilter.so.${PROJECT_VERSION}")
endif()
foreach(link ${links})
  string(REPLACE ":" ";" link "${link}")
  list(GET link 0 name)
  list(GET link 1 target)
  install(CODE "
    set(link \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${name}\")
    message(STATUS \"Installing: \${link}\")
    file(CREATE_LINK \"${target}\" \"\${link}\" SYMBOLIC)")
endforeach()

# The relative path from deepfilter.pc to the prefix.
file(RELATIVE_PATH prefix_from_pc "/${installed_pkgconfig}" "/")
string(REGEX REPLACE "/$" "" prefix_from_pc "${prefix_from_pc}")
# Where the shared library is not there to bring them along, every program names the others.
list(TRANSFORM static_names PREPEND "-l" OUTPUT_VARIABLE others)
list(JOIN others " " others)
if(DEEPFILTER_WHOLE_STATIC)
  set(others "-lm -lpthread -ldl")
else()
  string(APPEND others " -lstdc++ -lm -lpthread")
endif()
set(pc_libs "-ldeepfilter")
set(pc_cflags "")
set(pc_libs_private "${others}")
if(NOT DEEPFILTER_SHARED)
  string(APPEND pc_libs " ${others}")
  string(APPEND pc_cflags " -DDFN_STATIC")
  set(pc_libs_private "")
endif()
configure_file(cmake/install/deepfilter.pc.in "${made}/deepfilter.pc" @ONLY)
install(FILES "${made}/deepfilter.pc" DESTINATION "${installed_pkgconfig}")

list(JOIN static_packages " " static_package_list)
list(JOIN static_modules " " static_module_list)
configure_package_config_file(cmake/install/deepfilterConfig.cmake.in
  "${made}/deepfilterConfig.cmake" INSTALL_DESTINATION "${installed_cmake}")
write_basic_package_version_file("${made}/deepfilterConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${made}/deepfilterConfig.cmake" "${made}/deepfilterConfigVersion.cmake"
        DESTINATION "${installed_cmake}")
foreach(kind ${kinds})
  if(kind STREQUAL "Static" AND DEEPFILTER_WHOLE_STATIC)
    continue()
  endif()
  install(EXPORT deepfilter${kind}Targets NAMESPACE deepfilter:: DESTINATION "${installed_cmake}")
endforeach()

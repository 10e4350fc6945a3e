# Runs the port of packaging/vcpkg as vcpkg would, with these functions in place of vcpkg's own, which
# is no package of any distribution. They do what its manual says, for the release build alone.
#
#   cmake -DPORT_DIR=... -DPACKAGES_DIR=... -DBUILD_DIR=... -DFEATURES=readers -DLINKAGE=static
#         [-DCONFIGURE_ONLY=ON] [-DOPTIONS=-DNAME=VALUE;...] -P fake_vcpkg.cmake
cmake_minimum_required(VERSION 3.25)

set(PORT deepfilter)
set(CURRENT_PORT_DIR "${PORT_DIR}")
set(CURRENT_PACKAGES_DIR "${PACKAGES_DIR}")
set(VCPKG_LIBRARY_LINKAGE "${LINKAGE}")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(failed)
    message(FATAL_ERROR "${ARGN}\n${said}")
  endif()
  # CMake says this of a -D that no project reads: a misspelt option.
  if(said MATCHES "Manually-specified variables were not used by the project:([^:]*)")
    message(FATAL_ERROR "the project has no option${CMAKE_MATCH_1}")
  endif()
endfunction()

function(vcpkg_check_features)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUT_FEATURE_OPTIONS" "FEATURES;INVERTED_FEATURES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_OUT_FEATURE_OPTIONS)
    message(FATAL_ERROR "vcpkg_check_features: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(options "")
  foreach(list FEATURES INVERTED_FEATURES)
    set(pairs ${arg_${list}})
    while(pairs)
      list(POP_FRONT pairs feature option)
      if(feature IN_LIST FEATURES)
        set(value ON)
      else()
        set(value OFF)
      endif()
      if(list STREQUAL "INVERTED_FEATURES")
        string(REPLACE "${value}" "" value "ONOFF")
      endif()
      list(APPEND options "-D${option}=${value}")
    endwhile()
  endforeach()
  set(${arg_OUT_FEATURE_OPTIONS} "${options}" PARENT_SCOPE)
endfunction()

function(vcpkg_find_acquire_program name)
  if(NOT name STREQUAL "PKGCONFIG")
    message(FATAL_ERROR "vcpkg_find_acquire_program: ${name}")
  endif()
  find_program(program pkg-config REQUIRED)
  set(${name} "${program}" PARENT_SCOPE)
endfunction()

function(vcpkg_cmake_configure)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "vcpkg_cmake_configure: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  run("${CMAKE_COMMAND}" -G Ninja -S "${arg_SOURCE_PATH}" -B "${BUILD_DIR}"
    -DCMAKE_BUILD_TYPE=Release "-DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR}"
    -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_INSTALL_BINDIR=bin
    ${OPTIONS} ${arg_OPTIONS})
endfunction()

function(vcpkg_cmake_install)
  if(CONFIGURE_ONLY)
    return()
  endif()
  run("${CMAKE_COMMAND}" --build "${BUILD_DIR}")
  run("${CMAKE_COMMAND}" --install "${BUILD_DIR}")
endfunction()

# Moves the package's CMake files to share/PORT, one folder less deep, and leads them back to the
# prefix.
function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "CONFIG_PATH;PACKAGE_NAME" "")
  if(CONFIGURE_ONLY)
    return()
  endif()
  set(from "${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH}")
  set(to "${CURRENT_PACKAGES_DIR}/share/${PORT}")
  if(NOT EXISTS "${from}")
    message(FATAL_ERROR "vcpkg_cmake_config_fixup: there is no ${from}")
  endif()
  file(GLOB files "${from}/*.cmake")
  foreach(file ${files})
    file(READ "${file}" text)
    string(REPLACE "\${CMAKE_CURRENT_LIST_DIR}/../../../" "\${CMAKE_CURRENT_LIST_DIR}/../../" text
           "${text}")
    string(REPLACE
      "get_filename_component(_IMPORT_PREFIX \"\${CMAKE_CURRENT_LIST_FILE}\" PATH)"
      "get_filename_component(_IMPORT_PREFIX \"\${CMAKE_CURRENT_LIST_DIR}\" ABSOLUTE)" text "${text}")
    string(REGEX REPLACE
      "(get_filename_component\\(_IMPORT_PREFIX \"\\\${_IMPORT_PREFIX}\" PATH\\)\n)" "<up>" text "${text}")
    string(REGEX REPLACE "<up><up><up>"
      "get_filename_component(_IMPORT_PREFIX \"\${_IMPORT_PREFIX}/../..\" ABSOLUTE)\n" text "${text}")
    if(text MATCHES "<up>")
      message(FATAL_ERROR "${file} leads to the prefix in an unknown way")
    endif()
    get_filename_component(name "${file}" NAME)
    file(WRITE "${to}/${name}" "${text}")
  endforeach()
  file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/lib/cmake")
endfunction()

function(vcpkg_fixup_pkgconfig)
  if(NOT CONFIGURE_ONLY AND NOT EXISTS "${CURRENT_PACKAGES_DIR}/lib/pkgconfig/deepfilter.pc")
    message(FATAL_ERROR "vcpkg_fixup_pkgconfig: there is no lib/pkgconfig/deepfilter.pc")
  endif()
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "COMMENT" "FILE_LIST")
  set(all "")
  foreach(file ${arg_FILE_LIST})
    file(READ "${file}" text)
    string(APPEND all "${text}")
  endforeach()
  file(WRITE "${CURRENT_PACKAGES_DIR}/share/${PORT}/copyright" "${all}")
endfunction()

include("${PORT_DIR}/portfile.cmake")

# What vcpkg's checks of a finished package complain of.
foreach(folder debug/include debug/share share/doc lib/cmake)
  if(EXISTS "${CURRENT_PACKAGES_DIR}/${folder}")
    message(FATAL_ERROR "the package has the folder ${folder}")
  endif()
endforeach()
foreach(file usage copyright)
  if(NOT EXISTS "${CURRENT_PACKAGES_DIR}/share/${PORT}/${file}")
    message(FATAL_ERROR "the package has no share/${PORT}/${file}")
  endif()
endforeach()

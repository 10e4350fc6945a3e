# Any of the systems that archives are made for, on a Linux host: -DDFN_TARGET=NAME with a name that
# tools/dist/zig.sh lists. CMAKE_PREFIX_PATH, given on the command line, is the folder of that target's
# libraries (tools/dist/dependencies.sh); nothing else of this machine is linked.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES DFN_TARGET)
if(NOT DFN_TARGET)
  message(FATAL_ERROR "the toolchain zig.cmake needs -DDFN_TARGET=NAME; tools/dist/zig.sh --list has the names")
endif()
execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/../../tools/dist/zig.sh" "${DFN_TARGET}"
  OUTPUT_VARIABLE dfn_zig OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

string(REGEX MATCH "^[^-]+" CMAKE_SYSTEM_PROCESSOR "${DFN_TARGET}")
if(DFN_TARGET MATCHES "-windows")
  set(CMAKE_SYSTEM_NAME Windows)
  set(CMAKE_RC_COMPILER "${dfn_zig}/rc")
elseif(DFN_TARGET MATCHES "-macos")
  set(CMAKE_SYSTEM_NAME Darwin)
  # The compiler has the system's libraries, so there is no SDK. Nothing changes a finished file: paths
  # of libraries are right from the start. (CMake takes the word "false" for a tool that is not there.)
  set(CMAKE_OSX_SYSROOT "")
  set(CMAKE_OSX_DEPLOYMENT_TARGET "" CACHE STRING "")
  set(CMAKE_INSTALL_NAME_TOOL /bin/false)
  set(CMAKE_USER_MAKE_RULES_OVERRIDE "${CMAKE_CURRENT_LIST_DIR}/zig_macos.cmake")
  set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
  set(CMAKE_BUILD_WITH_INSTALL_NAME_DIR ON)
  set(CMAKE_INSTALL_NAME_DIR "@rpath")
else()
  set(CMAKE_SYSTEM_NAME Linux)
  if(CMAKE_HOST_SYSTEM_PROCESSOR STREQUAL CMAKE_SYSTEM_PROCESSOR)
    # This machine runs such programs as they are.
    set(CMAKE_CROSSCOMPILING_EMULATOR env)
  endif()
endif()
set(CMAKE_C_COMPILER "${dfn_zig}/cc")
set(CMAKE_CXX_COMPILER "${dfn_zig}/c++")
set(CMAKE_ASM_COMPILER "${dfn_zig}/cc")
set(CMAKE_AR "${dfn_zig}/ar")
set(CMAKE_RANLIB "${dfn_zig}/ranlib")
# The linker leaves out what is not used.
foreach(language C CXX)
  set(CMAKE_${language}_FLAGS_INIT "-ffunction-sections -fdata-sections")
endforeach()
foreach(kind EXE SHARED MODULE)
  if(DFN_TARGET MATCHES "-macos")
    # -S: no map from functions to object files, which names the folders of the build.
    set(CMAKE_${kind}_LINKER_FLAGS_INIT "-Wl,-dead_strip -Wl,-S")
  else()
    set(CMAKE_${kind}_LINKER_FLAGS_INIT "-Wl,--gc-sections")
  endif()
endforeach()
# It cannot precompile headers in the way that CMake asks for.
set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)

# ccache knows clang by its name alone, and a wrapper's time says nothing about it. One cache for all
# checkouts of the project.
find_program(DFN_CCACHE ccache)
if(DFN_CCACHE)
  foreach(language C CXX)
    set(CMAKE_${language}_COMPILER_LAUNCHER env CCACHE_COMPILERTYPE=clang CCACHE_COMPILERCHECK=content
      "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=time_macros
      "${DFN_CCACHE}")
  endforeach()
endif()

set(CMAKE_FIND_ROOT_PATH "${CMAKE_PREFIX_PATH}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} "${CMAKE_PREFIX_PATH}/lib/pkgconfig:${CMAKE_PREFIX_PATH}/share/pkgconfig")
set(ENV{PKG_CONFIG_PATH} "")
set(ENV{PKG_CONFIG_SYSROOT_DIR} "")

# Finds the external libraries, once for all rooms. docs/dependencies.md has each one's purpose.
if(NOT DEEPFILTER_WEB)
  find_package(Threads REQUIRED)
  # A project around this one may have Highway's targets already.
  if(NOT TARGET hwy::hwy AND NOT TARGET hwy)
    find_package(hwy 1.0.3 REQUIRED)
  endif()
  if(NOT TARGET hwy::hwy)
    add_library(hwy::hwy ALIAS hwy)
  endif()
endif()
# Highway with the instruction sets that the kernels are compiled for: all that it supports except
# vectors of unknown length, which cannot be elements of the register tiles' arrays (such machines
# run NEON or portable code). SSSE3 is as fast as SSE4 to a few per cent, but stays: Highway's SSE4
# asks for AES too, so SSSE3 is what Nehalem and the Pentiums and Celerons of Sandy and Ivy Bridge
# run, three times as fast there as portable code.
set(disabled HWY_SVE HWY_SVE2 HWY_SVE_256 HWY_SVE2_128 HWY_RVV ${DEEPFILTER_DISABLED_TARGETS})
# Sanitizers make the unrolled tiles of every set take minutes. AVX2 and portable code show the same
# mistakes, and those are of memory: the integers of the kernels are sizes.
if(DEEPFILTER_SANITIZE)
  list(APPEND disabled HWY_AVX3_DL HWY_AVX3 HWY_SSE4 HWY_SSSE3)
endif()
list(JOIN disabled "|" disabled)
add_library(deepfilter_highway INTERFACE)
target_link_libraries(deepfilter_highway INTERFACE hwy::hwy)
target_compile_definitions(deepfilter_highway INTERFACE "HWY_DISABLED_TARGETS=(${disabled})")
if(DEEPFILTER_SANITIZE MATCHES "undefined")
  target_compile_options(deepfilter_highway INTERFACE -fno-sanitize=undefined)
endif()
if(DEEPFILTER_TESTS AND NOT DEEPFILTER_WEB)
  find_package(GTest REQUIRED)
endif()
if(DEEPFILTER_CORE_ONLY OR DEEPFILTER_WEB OR DEEPFILTER_PACKED_ONLY)
  return()
endif()

find_package(PkgConfig REQUIRED)
if(DEEPFILTER_PROGRAM)
  find_package(CLI11 REQUIRED)
  find_package(fmt REQUIRED)
  pkg_check_modules(EBUR128 REQUIRED IMPORTED_TARGET libebur128)
  pkg_check_modules(SNDFILE REQUIRED IMPORTED_TARGET sndfile)
  pkg_check_modules(SOXR REQUIRED IMPORTED_TARGET soxr)
  if(DEEPFILTER_PULL AND NOT DEEPFILTER_PULL STREQUAL "program")
    find_package(CURL REQUIRED)
  endif()
endif()
if(DEEPFILTER_TESTS)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
endif()
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(INIH REQUIRED IMPORTED_TARGET inih)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle)
pkg_check_modules(LIBARCHIVE REQUIRED IMPORTED_TARGET libarchive)
if(DEEPFILTER_STATIC_ARCHIVE)
  # A program gets those members of libarchive.a that it refers to. The shared library needs all that
  # libarchive could ever do, XML and Unicode tables of 30 MB among them. Debian compiles libbz2.a for
  # programs alone.
  set(archive_parts "")
  foreach(part libarchive.a liblzma.a bz2 libzstd.a libnettle.a z)
    find_library(DEEPFILTER_${part} ${part} REQUIRED)
    list(APPEND archive_parts "${DEEPFILTER_${part}}")
  endforeach()
  set_target_properties(PkgConfig::LIBARCHIVE PROPERTIES
    INTERFACE_LINK_LIBRARIES "${archive_parts}")
  set_target_properties(PkgConfig::NETTLE PROPERTIES
    INTERFACE_LINK_LIBRARIES "${DEEPFILTER_libnettle.a}")
endif()
# miniaudio is one header, which tools/fetch_miniaudio.sh brings; DEEPFILTER_MINIAUDIO is its folder.
if(DEEPFILTER_PROGRAM)
  if(EXISTS "${DEEPFILTER_MINIAUDIO}/miniaudio.h")
    set(MINIAUDIO_INCLUDE_DIR "${DEEPFILTER_MINIAUDIO}")
  else()
    find_path(MINIAUDIO_INCLUDE_DIR miniaudio.h PATH_SUFFIXES miniaudio)
  endif()
  if(APPLE)
    # Compilers that cross-build for macOS do not bring the headers of its frameworks.
    include(CheckIncludeFile)
    check_include_file(CoreAudio/CoreAudio.h DFN_HAS_COREAUDIO)
  endif()
  if(NOT MINIAUDIO_INCLUDE_DIR OR (APPLE AND NOT DFN_HAS_COREAUDIO))
    set(MINIAUDIO_INCLUDE_DIR "")
    message(STATUS "\"deepfilter live\" will reach PipeWire and JACK alone: miniaudio (or CoreAudio) "
      "is not here; tools/fetch_miniaudio.sh brings the former")
  endif()
endif()
# protozero has only headers and no CMake package.
find_path(PROTOZERO_INCLUDE_DIR protozero/pbf_reader.hpp REQUIRED)
add_library(deepfilter_protozero INTERFACE)
target_include_directories(deepfilter_protozero SYSTEM INTERFACE "${PROTOZERO_INCLUDE_DIR}")

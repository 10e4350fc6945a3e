# Each room, a folder of src, is one library target: `deepfilter_convert_lift` is src/convert/lift,
# whose headers are included as "convert/lift/header.h".

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
if(NOT DEEPFILTER_WEB)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()
# Sources that belong in one file are joined below; others define the same names.
set(CMAKE_UNITY_BUILD OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

add_library(deepfilter_options INTERFACE)
target_include_directories(deepfilter_options INTERFACE "${PROJECT_SOURCE_DIR}/src")
# With contraction, a sum's bits would depend on the compiler's choice of fused operations.
if(MSVC)
  target_compile_options(deepfilter_options INTERFACE /W4 /permissive- /utf-8 /bigobj /Zc:__cplusplus
    $<$<CXX_COMPILER_ID:MSVC>:/Zc:preprocessor> /fp:precise $<$<CXX_COMPILER_ID:Clang>:-ffp-contract=off>)
else()
  if(NOT PROJECT_IS_TOP_LEVEL)
    # A project around this one may have switched it on for everything: docs/decisions/0005.
    target_compile_options(deepfilter_options INTERFACE -fno-fast-math)
  endif()
  target_compile_options(deepfilter_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow
    -ffp-contract=off)
endif()
if(CMAKE_SIZEOF_VOID_P EQUAL 4 AND NOT DEEPFILTER_WEB AND NOT MSVC)
  # Files beyond 2 GB.
  target_compile_definitions(deepfilter_options INTERFACE _FILE_OFFSET_BITS=64)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(i[3-6]86|x86|x86_64|AMD64)$")
    # In x87's registers a value has more bits than in memory, so that sums would depend on the
    # compiler's choice of registers.
    target_compile_options(deepfilter_options INTERFACE -msse2 -mfpmath=sse)
  endif()
endif()
if(DEEPFILTER_WERROR)
  target_compile_options(deepfilter_options INTERFACE $<IF:$<BOOL:${MSVC}>,/WX,-Werror>)
endif()
if(WIN32)
  # The headers of Windows, without their oldest parts and without macros named min and max. The
  # shared library's exports are a list (cmake/Exports.cmake), not marks in the objects.
  target_compile_definitions(deepfilter_options INTERFACE DFN_STATIC
    NOMINMAX WIN32_LEAN_AND_MEAN UNICODE _UNICODE _CRT_SECURE_NO_WARNINGS)
endif()
if(DEEPFILTER_SANITIZE)
  target_compile_options(deepfilter_options INTERFACE -fsanitize=${DEEPFILTER_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(deepfilter_options INTERFACE -fsanitize=${DEEPFILTER_SANITIZE})
  # doctor calls plugins through types of its own, which are layouts of C and not the plugin's types.
  target_compile_options(deepfilter_options INTERFACE
    $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fno-sanitize=function>)
endif()
if(DEEPFILTER_FUZZ)
  # Not the rooms whose steps depend on sizes and never on what a file says: their counters would take
  # almost half of the time of runs.
  target_compile_options(deepfilter_options INTERFACE
    "$<$<NOT:$<IN_LIST:$<TARGET_PROPERTY:NAME>,deepfilter_kernels;deepfilter_dsp>>:-fsanitize=fuzzer-no-link>")
endif()

# Optimising doubles the time of compiling. Rooms whose run time does not matter, and tests that
# compute little, are compiled without it; all others follow CMAKE_BUILD_TYPE.
set(DFN_LIGHT_ROOMS "^(cli|convert|store)(/|$)")
# Rooms where the time of enhancing, and of loading a packed model, is spent; never light.
set(DFN_BUSY_ROOMS "^(base|kernels|dsp|model|engine|stream)(/|$)|/packed$")
# Of the browser's module, where streams and models that are opened spend it; the others are compiled
# for size.
set(DFN_WEB_BUSY_ROOMS "^(kernels|dsp|formats/packed|convert/packed)$")
# Rooms whose sources are compiled as one file: most of their time goes into instantiating the same
# templates (JSON, containers) in every source. Names in their unnamed namespaces differ.
set(DFN_JOINED_ROOMS "^(cli|store)(/|$)|^convert/(config|load|surgery|plan)$")
function(dfn_compile_lightly target)
  # At -O1 g++ warns of members of an empty std::optional as uninitialised.
  if(NOT MSVC)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1
      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>>)
  endif()
endfunction()

# The target of a room: deepfilter_convert_lift for convert/lift.
function(dfn_target_names out)
  string(REPLACE "/" "_" names "${ARGN}")
  list(TRANSFORM names PREPEND deepfilter_)
  set(${out} "${names}" PARENT_SCOPE)
endfunction()

# dfn_library(TARGET SOURCES file... LINKS target... [LIBRARIES target...]): a static library, or an
# interface without sources. LINKS are public, external libraries are private.
function(dfn_library target)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;LIBRARIES" ${ARGN})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    target_link_libraries(${target} PUBLIC deepfilter_options ${ARG_LINKS} PRIVATE ${ARG_LIBRARIES})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE deepfilter_options ${ARG_LINKS} ${ARG_LIBRARIES})
  endif()
endfunction()

# dfn_room(ROOM SOURCES file... [DEPENDS room...] [LIBRARIES target...]): the code of src/ROOM.
function(dfn_room room)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  dfn_target_names(target ${room})
  if(NOT room STREQUAL "base")
    list(APPEND ARG_DEPENDS base)
  endif()
  dfn_target_names(links ${ARG_DEPENDS})
  dfn_library(${target} SOURCES ${ARG_SOURCES} LINKS ${links} LIBRARIES ${ARG_LIBRARIES})
  if(ARG_SOURCES AND room MATCHES "${DFN_LIGHT_ROOMS}" AND NOT room MATCHES "${DFN_BUSY_ROOMS}")
    dfn_compile_lightly(${target})
  endif()
  if(ARG_SOURCES AND DEEPFILTER_WEB AND NOT room MATCHES "${DFN_WEB_BUSY_ROOMS}")
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-Oz>)
  endif()
  if(ARG_SOURCES AND DEEPFILTER_SMALL AND NOT MSVC AND NOT room MATCHES "${DFN_BUSY_ROOMS}")
    # The linker leaves out sections that nothing refers to.
    target_compile_options(${target} PRIVATE -Os -ffunction-sections -fdata-sections)
  endif()
  if(ARG_SOURCES AND room MATCHES "${DFN_JOINED_ROOMS}")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
  endif()
  if(room STREQUAL "cli")
    # The heavy headers of the command line, precompiled once for all its rooms.
    target_precompile_headers(${target} PRIVATE <CLI/CLI.hpp> <fmt/format.h> <fmt/ranges.h>
      <nlohmann/json.hpp> <filesystem> <functional> <map> <optional> <span>)
  elseif(room MATCHES "^cli/")
    target_precompile_headers(${target} REUSE_FROM deepfilter_cli)
  endif()
endfunction()

# dfn_testing(ROOM [SOURCES file...] [DEPENDS room...] [TESTING room...]): src/ROOM/testing, the
# fakes and helpers that tests share. TESTING names rooms whose own helpers these ones use.
function(dfn_testing room)
  if(NOT DEEPFILTER_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;TESTING" ${ARGN})
  dfn_target_names(target ${room})
  list(TRANSFORM ARG_TESTING APPEND /testing)
  dfn_target_names(links ${ARG_DEPENDS} ${ARG_TESTING})
  dfn_library(${target}_testing SOURCES ${ARG_SOURCES} LINKS ${links} LIBRARIES GTest::gtest)
  target_compile_definitions(${target}_testing INTERFACE DFN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endfunction()

# The headers of GoogleTest, precompiled once for all tests.
if(DEEPFILTER_TESTS)
  include(GoogleTest)
  add_executable(deepfilter_test_headers EXCLUDE_FROM_ALL "${CMAKE_CURRENT_LIST_DIR}/empty.cc")
  target_link_libraries(deepfilter_test_headers PRIVATE deepfilter_options GTest::gmock
                        GTest::gtest_main)
  target_precompile_headers(deepfilter_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>
    <algorithm> <array> <cmath> <filesystem> <functional> <map> <memory> <optional> <random> <span>
    <string> <string_view> <vector>)
  dfn_compile_lightly(deepfilter_test_headers)
endif()

# dfn_left_out(TEST REASON): tells of tests that this system cannot run; tools/cross_test.sh shows it.
file(WRITE "${CMAKE_BINARY_DIR}/left_out.txt" "")
function(dfn_left_out test reason)
  file(APPEND "${CMAKE_BINARY_DIR}/left_out.txt" "left out: ${test}: ${reason}\n")
endfunction()

# dfn_test(NAME SOURCES file... DEPENDS room... [TESTING room...] [LIBRARIES target...]
#          [LABELS label...] [ENVIRONMENT variable=value...] [THREADED file...] [OPTIMIZED])
# OPTIMIZED is for tests whose own code computes much. THREADED sources start threads, and are left
# out where there are none.
function(dfn_test name)
  if(NOT DEEPFILTER_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "OPTIMIZED" "" "SOURCES;DEPENDS;TESTING;LIBRARIES;LABELS;ENVIRONMENT;THREADED"
                        ${ARGN})
  list(TRANSFORM ARG_TESTING APPEND /testing)
  dfn_target_names(links ${ARG_DEPENDS} ${ARG_TESTING})
  if(NOT DEEPFILTER_WEB)
    list(APPEND ARG_SOURCES ${ARG_THREADED})
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${links} ${ARG_LIBRARIES} deepfilter_options
                        GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${name} PRIVATE DFN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  if(NOT ARG_OPTIMIZED)
    dfn_compile_lightly(${name})
    target_precompile_headers(${name} REUSE_FROM deepfilter_test_headers)
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  set(seconds 1800)
  if(CMAKE_CROSSCOMPILING)
    set(seconds 7200)  # in an emulator
  endif()
  if(DEEPFILTER_TEST_CASES)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
                         PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600
                                    ENVIRONMENT "${ARG_ENVIRONMENT}")
  else()
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${seconds}
                                            ENVIRONMENT "${ARG_ENVIRONMENT}")
  endif()
endfunction()

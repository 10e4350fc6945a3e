# One room of the house is one library target, `deepfilter_ROOM`, included as "ROOM/header.h".

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(deepfilter_options INTERFACE)
target_include_directories(deepfilter_options INTERFACE "${PROJECT_SOURCE_DIR}/src")
target_compile_options(deepfilter_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow
  # Contraction would make a sum's bits depend on the compiler's mood.
  -ffp-contract=off)
if(DEEPFILTER_WERROR)
  target_compile_options(deepfilter_options INTERFACE -Werror)
endif()
if(DEEPFILTER_SANITIZE)
  target_compile_options(deepfilter_options INTERFACE -fsanitize=${DEEPFILTER_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(deepfilter_options INTERFACE -fsanitize=${DEEPFILTER_SANITIZE})
endif()
if(DEEPFILTER_FUZZ)
  target_compile_options(deepfilter_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# dfn_room(NAME SOURCES file... [DEPENDS room...] [LIBRARIES target...])
function(dfn_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  list(TRANSFORM ARG_DEPENDS PREPEND deepfilter_)
  if(ARG_SOURCES)
    add_library(deepfilter_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(deepfilter_${name} PUBLIC deepfilter_options ${ARG_DEPENDS}
                          PRIVATE ${ARG_LIBRARIES})
  else()
    add_library(deepfilter_${name} INTERFACE)
    target_link_libraries(deepfilter_${name} INTERFACE deepfilter_options ${ARG_DEPENDS}
                          ${ARG_LIBRARIES})
  endif()
endfunction()

# dfn_test(NAME SOURCES file... DEPENDS room... [LIBRARIES target...] [LABELS label...]
#          [ENVIRONMENT variable=value...])
function(dfn_test name)
  if(NOT DEEPFILTER_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES;LABELS;ENVIRONMENT" ${ARGN})
  find_package(GTest REQUIRED)
  include(GoogleTest)
  list(TRANSFORM ARG_DEPENDS PREPEND deepfilter_)
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ${ARG_LIBRARIES} deepfilter_options
                        GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE DFN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
                       PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600
                                  ENVIRONMENT "${ARG_ENVIRONMENT}")
endfunction()

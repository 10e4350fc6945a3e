# How everything is compiled for the browser's module (DEEPFILTER_WEB, under Emscripten's toolchain).
if(NOT EMSCRIPTEN)
  message(FATAL_ERROR "DEEPFILTER_WEB needs Emscripten: configure with emcmake, as tools/web.sh does")
endif()

# WebAssembly's 128-bit vectors, and copies of memory and conversions that browsers had before them;
# no threads; no exceptions, which cost bytes and are not needed.
add_compile_options(-msimd128 -mbulk-memory -mnontrapping-fptoint
                    $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>
                    $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)

# A definition may leave out the attribute that its declaration has.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-function-effects>)

# The headers of Highway, which comes from the system as a library for another machine. The folder
# that they lie in holds the system's own C headers too, so only they are shown to the compiler.
find_path(DEEPFILTER_HWY_INCLUDE hwy/highway.h PATHS /usr/local/include /usr/include REQUIRED
          NO_CMAKE_FIND_ROOT_PATH)
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/include")
file(CREATE_LINK "${DEEPFILTER_HWY_INCLUDE}/hwy" "${CMAKE_BINARY_DIR}/include/hwy" SYMBOLIC)
add_library(hwy::hwy INTERFACE IMPORTED)
target_include_directories(hwy::hwy INTERFACE "${CMAKE_BINARY_DIR}/include")
# There is one instruction set, and it is not chosen at run time.
target_compile_definitions(hwy::hwy INTERFACE HWY_COMPILE_ONLY_STATIC)

add_library(Threads::Threads INTERFACE IMPORTED)

if(DEEPFILTER_TESTS)
  # Test programs run under node, and read this project's files.
  add_link_options(-sNODERAWFS -sENVIRONMENT=node -sALLOW_MEMORY_GROWTH -sSTACK_SIZE=1MB
                   -sEXIT_RUNTIME)
  find_path(DEEPFILTER_GTEST_SOURCE googletest/src/gtest-all.cc PATHS /usr/src/googletest REQUIRED
            NO_CMAKE_FIND_ROOT_PATH)
  set(test_sources googletest/src/gtest-all.cc googlemock/src/gmock-all.cc
                   googletest/src/gtest_main.cc)
  list(TRANSFORM test_sources PREPEND "${DEEPFILTER_GTEST_SOURCE}/")
  add_library(deepfilter_gtest STATIC ${test_sources})
  foreach(part googletest googlemock)
    target_include_directories(deepfilter_gtest SYSTEM
      PUBLIC "${DEEPFILTER_GTEST_SOURCE}/${part}/include" PRIVATE "${DEEPFILTER_GTEST_SOURCE}/${part}")
  endforeach()
  target_compile_definitions(deepfilter_gtest PUBLIC GTEST_HAS_PTHREAD=0)
  target_compile_options(deepfilter_gtest PRIVATE -O1)
  foreach(part gtest gmock gtest_main)
    add_library(GTest::${part} ALIAS deepfilter_gtest)
  endforeach()
endif()

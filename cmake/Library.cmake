# The library as others use it: libdeepfilter, shared and static, from the rooms' objects.

# What both contain: the functions of the public headers, and the rooms below them.
set(surface c_api libdf)
set(below open large_pages store_local stream engine convert formats model dsp kernels base)

# The functions themselves go in whole, of the rest what they need.
add_library(deepfilter_shared SHARED)
foreach(room ${surface})
  target_sources(deepfilter_shared PRIVATE $<TARGET_OBJECTS:deepfilter_${room}>)
endforeach()
list(TRANSFORM below PREPEND deepfilter_ OUTPUT_VARIABLE below_targets)
target_link_libraries(deepfilter_shared PRIVATE deepfilter_options ${below_targets})

# Rooms keep what they found to themselves.
find_package(hwy 1.0.3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
pkg_check_modules(KISSFFT REQUIRED IMPORTED_TARGET kissfft-float)
pkg_check_modules(LIBARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(INIH REQUIRED IMPORTED_TARGET inih)

add_library(deepfilter_static STATIC)
foreach(room ${surface} ${below})
  target_sources(deepfilter_static PRIVATE $<TARGET_OBJECTS:deepfilter_${room}>)
endforeach()
# Other people's libraries, which whoever links the static library needs; cmake/install/ names the
# same ones to pkg-config and to find_package.
target_link_libraries(deepfilter_static PRIVATE hwy::hwy PkgConfig::KISSFFT PkgConfig::LIBARCHIVE
  PkgConfig::INIH ZLIB::ZLIB OpenSSL::Crypto Threads::Threads)
target_compile_definitions(deepfilter_static INTERFACE DFN_STATIC)

foreach(target deepfilter_shared deepfilter_static)
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME deepfilter
    LINKER_LANGUAGE CXX
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib"
    ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
endforeach()
set_target_properties(deepfilter_shared PROPERTIES
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} EXPORT_NAME deepfilter)
set_target_properties(deepfilter_static PROPERTIES EXPORT_NAME static)

if(UNIX AND NOT APPLE)
  set(exports "${CMAKE_CURRENT_LIST_DIR}/exports.map")
  target_link_options(deepfilter_shared PRIVATE
    "LINKER:--version-script=${exports},--as-needed,--gc-sections")
  # Sanitizers' own functions come with the program.
  if(NOT DEEPFILTER_SANITIZE)
    target_link_options(deepfilter_shared PRIVATE "LINKER:-z,defs")
  endif()
  set_target_properties(deepfilter_shared PROPERTIES LINK_DEPENDS "${exports}")
endif()

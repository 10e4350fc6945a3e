# The installed library: libdeepfilter, shared and static, made from the rooms' objects.

# Both contain the functions of the public headers and the rooms below them.
set(surface api/c api/libdf)
set(below api/tools api/select api/open store verify ort convert/plan stream/host stream/denoise engine/native convert/surgery convert/export
  convert/load convert/packed convert/lift convert/config convert/graph formats/onnx formats/safetensors
  formats/torch formats/archive formats/ini formats/packed model dsp kernels os base)
dfn_target_names(surface_targets ${surface})
dfn_target_names(below_targets ${below})

# The rooms of the public functions are linked whole, and the other rooms as needed.
add_library(deepfilter_shared SHARED)
foreach(target ${surface_targets})
  target_sources(deepfilter_shared PRIVATE $<TARGET_OBJECTS:${target}>)
endforeach()
target_link_libraries(deepfilter_shared PRIVATE deepfilter_options ${below_targets})
if(DEEPFILTER_PROGRAM_IN_LIBRARY)
  target_link_libraries(deepfilter_shared PRIVATE deepfilter_cli_main)
  target_sources(deepfilter_shared PRIVATE src/cli/main/program_in_library.cc)
  target_include_directories(deepfilter_shared PRIVATE include)
endif()

add_library(deepfilter_static STATIC)
foreach(target ${surface_targets} ${below_targets})
  target_sources(deepfilter_static PRIVATE $<TARGET_OBJECTS:${target}>)
endforeach()
# The external libraries that a program needs beside the static library; cmake/install/ names the
# same ones to pkg-config and to find_package.
target_link_libraries(deepfilter_static PRIVATE hwy::hwy PkgConfig::LIBARCHIVE
  PkgConfig::INIH ZLIB::ZLIB PkgConfig::NETTLE Threads::Threads)
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
  # The program provides the sanitizers' functions.
  if(NOT DEEPFILTER_SANITIZE)
    target_link_options(deepfilter_shared PRIVATE "LINKER:-z,defs")
  endif()
  set_target_properties(deepfilter_shared PROPERTIES LINK_DEPENDS "${exports}")
endif()

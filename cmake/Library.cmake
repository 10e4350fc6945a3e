# The installed library: libdeepfilter, shared and static, made from the rooms' objects.
include(cmake/Exports.cmake)

# Both contain the functions of the public headers and the rooms below them. `packages` and `modules`
# are the external libraries that a program needs beside the static library, for cmake/install/:
# names for find_package; variables and names for pkg-config; and what the linker calls them.
if(DEEPFILTER_PACKED_ONLY)
  set(surface api/c)
  set(below api/open store stream/host stream/denoise engine/native convert/packed formats/packed
    model dsp kernels os base)
  set(static_packages Threads hwy)
  set(static_modules "")
  set(static_names hwy)
  set(static_targets hwy::hwy Threads::Threads)
else()
  set(surface api/c api/libdf)
  set(below api/tools api/select api/open store verify ort convert/plan stream/host stream/denoise
    engine/native convert/surgery convert/export convert/load convert/packed convert/lift
    convert/config convert/graph formats/onnx formats/safetensors formats/torch formats/archive
    formats/ini formats/packed model dsp kernels os base)
  set(static_packages Threads ZLIB hwy PkgConfig)
  set(static_modules LIBARCHIVE:libarchive INIH:inih NETTLE:nettle)
  set(static_names hwy archive inih z nettle)
  set(static_targets hwy::hwy PkgConfig::LIBARCHIVE PkgConfig::INIH ZLIB::ZLIB PkgConfig::NETTLE
    Threads::Threads)
endif()
if(DEEPFILTER_WHOLE_STATIC)
  # tools/dist/whole_library.sh puts the others into the installed file.
  set(static_packages Threads)
  set(static_modules "")
  set(static_names "")
endif()
dfn_target_names(surface_targets ${surface})
dfn_target_names(below_targets ${below})

set(libraries "")
# The rooms of the public functions are linked whole, and the other rooms as needed.
if(DEEPFILTER_SHARED)
  list(APPEND libraries deepfilter_shared)
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
  set_target_properties(deepfilter_shared PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} EXPORT_NAME deepfilter)
  dfn_export(deepfilter_shared "${CMAKE_CURRENT_LIST_DIR}/exports.map")
  set(declaring include/deepfilter/deepfilter.h include/deepfilter/tools.h
    include/deep_filter/deep_filter.h)
  if(DEEPFILTER_PROGRAM_IN_LIBRARY)
    list(APPEND declaring src/cli/main/program_in_library.h)
  endif()
  list(TRANSFORM declaring PREPEND "${PROJECT_SOURCE_DIR}/")
  dfn_export_declared(deepfilter_shared ${declaring})
endif()

if(DEEPFILTER_STATIC)
  list(APPEND libraries deepfilter_static)
  add_library(deepfilter_static STATIC)
  foreach(target ${surface_targets} ${below_targets})
    target_sources(deepfilter_static PRIVATE $<TARGET_OBJECTS:${target}>)
  endforeach()
  target_link_libraries(deepfilter_static PRIVATE ${static_targets})
  target_compile_definitions(deepfilter_static INTERFACE DFN_STATIC)
  set_target_properties(deepfilter_static PROPERTIES EXPORT_NAME static)
endif()

foreach(target ${libraries})
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME deepfilter
    LINKER_LANGUAGE CXX
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib"
    ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
endforeach()
if(WIN32 AND DEEPFILTER_SHARED)
  # deepfilter.dll, by every compiler; the static library has a name of its own beside the import library.
  set_target_properties(deepfilter_shared PROPERTIES PREFIX "")
  if(DEEPFILTER_STATIC)
    set_target_properties(deepfilter_static PROPERTIES OUTPUT_NAME deepfilter_static)
  endif()
endif()

# By these names other projects link the libraries, whether they find an installation or have these
# sources inside. Where only the static library is made, it has the first name too.
if(DEEPFILTER_STATIC)
  add_library(deepfilter::static ALIAS deepfilter_static)
endif()
if(DEEPFILTER_SHARED)
  add_library(deepfilter::deepfilter ALIAS deepfilter_shared)
else()
  add_library(deepfilter::deepfilter ALIAS deepfilter_static)
endif()

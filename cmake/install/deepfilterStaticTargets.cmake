# deepfilter::static of the archives: one file with all that it needs but the system's own libraries.
if(TARGET deepfilter::static)
  return()
endif()
get_filename_component(deepfilter_libraries "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
get_filename_component(deepfilter_prefix "${deepfilter_libraries}/.." ABSOLUTE)
add_library(deepfilter::static STATIC IMPORTED)
set_target_properties(deepfilter::static PROPERTIES
  IMPORTED_LOCATION "${deepfilter_libraries}/libdeepfilter.a"
  INTERFACE_COMPILE_DEFINITIONS DFN_STATIC
  INTERFACE_INCLUDE_DIRECTORIES "${deepfilter_prefix}/include"
  INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};$<$<NOT:$<PLATFORM_ID:Windows>>:m>")

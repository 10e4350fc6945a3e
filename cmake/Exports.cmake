# Which symbols shared libraries and modules show.

# dfn_export(TARGET MAP): those that MAP, a version script of GNU ld, calls global, and no others.
# On Windows these are what the sources mark for export, or a file of type .def among them lists.
function(dfn_export target map)
  if(WIN32)
    return()
  endif()
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${map}")
  if(APPLE)
    # The same names with C's underscore, one a line.
    file(READ "${map}" text)
    string(REGEX REPLACE ".*global:([^}]*)local:.*" "\\1" names "${text}")
    string(REGEX MATCHALL "[A-Za-z0-9_*]+" names "${names}")
    list(TRANSFORM names PREPEND "_")
    list(JOIN names "\n" lines)
    set(list_file "${CMAKE_CURRENT_BINARY_DIR}/${target}.exports")
    file(WRITE "${list_file}" "${lines}\n")
    target_link_options(${target} PRIVATE "LINKER:-exported_symbols_list,${list_file},-dead_strip")
    return()
  endif()
  target_link_options(${target} PRIVATE "LINKER:--version-script=${map},--gc-sections,--as-needed")
  # The program provides the sanitizers' functions.
  if(NOT DEEPFILTER_SANITIZE)
    target_link_options(${target} PRIVATE "LINKER:-z,defs")
  endif()
endfunction()

# dfn_export_declared(TARGET HEADER...): on Windows, what the headers declare with DFN_API or DF_API.
# The objects are those of the static library, too, so that the sources mark nothing.
function(dfn_export_declared target)
  if(NOT WIN32)
    return()
  endif()
  set(names "")
  foreach(header ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
    file(READ "${header}" text)
    string(REGEX MATCHALL "[\n]DFN?_API[^;(]*[ *]dfn?_[a-z0-9_]+\\(" declared "${text}")
    foreach(declaration ${declared})
      string(REGEX REPLACE ".*[ *](dfn?_[a-z0-9_]+)\\($" "\\1" name "${declaration}")
      list(APPEND names "  ${name}")
    endforeach()
  endforeach()
  list(JOIN names "\n" lines)
  set(list_file "${CMAKE_CURRENT_BINARY_DIR}/${target}.def")
  file(WRITE "${list_file}" "EXPORTS\n${lines}\n")
  target_sources(${target} PRIVATE "${list_file}")
endfunction()

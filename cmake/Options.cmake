# Which options go together.

if(DEEPFILTER_PACKED_ONLY)
  # It is a library alone.
  foreach(option TESTS PROGRAM PLUGINS FUZZ)
    set(DEEPFILTER_${option} OFF)
  endforeach()
  if(DEEPFILTER_EMBED_MODEL AND NOT DEEPFILTER_EMBED_MODEL MATCHES "\\.dfn$")
    message(FATAL_ERROR "DEEPFILTER_EMBED_MODEL: with DEEPFILTER_PACKED_ONLY, "
      "${DEEPFILTER_EMBED_MODEL} cannot be packed; give a file that \"deepfilter pack\" has made")
  endif()
endif()

if(DEEPFILTER_TESTS AND NOT PROJECT_IS_TOP_LEVEL)
  message(FATAL_ERROR "DEEPFILTER_TESTS: deepfilter's tests are built from its own folder, "
    "not inside another project")
endif()

# dfn_needs(OPTION LIBRARY): stops if OPTION is on and the library that it needs is not made.
function(dfn_needs option library)
  if(${option} AND NOT ${library})
    message(FATAL_ERROR "${option} needs ${library}, which is off")
  endif()
endfunction()
if(NOT DEEPFILTER_WEB AND NOT DEEPFILTER_CORE_ONLY)
  dfn_needs(DEEPFILTER_TESTS DEEPFILTER_SHARED)
  dfn_needs(DEEPFILTER_TESTS DEEPFILTER_STATIC)
  dfn_needs(DEEPFILTER_PROGRAM_IN_LIBRARY DEEPFILTER_SHARED)
  if(DEEPFILTER_PLUGINS_SHARED)
    dfn_needs(DEEPFILTER_PLUGINS DEEPFILTER_SHARED)
  else()
    dfn_needs(DEEPFILTER_PLUGINS DEEPFILTER_STATIC)
  endif()
  if(NOT DEEPFILTER_SHARED AND NOT DEEPFILTER_STATIC)
    message(FATAL_ERROR "DEEPFILTER_SHARED and DEEPFILTER_STATIC are both off: no library is left")
  endif()
endif()

# The release's CMake lacks files. On x86-64 every processor has the vectors that are used here.
set(lists "")
foreach(part celt silk opus)
  file(READ "${source}/${part}_sources.mk" text)
  string(REPLACE "\\\n" " " text "${text}")
  string(APPEND lists "${text}\n")
endforeach()
set(variables CELT_SOURCES SILK_SOURCES SILK_SOURCES_FLOAT OPUS_SOURCES OPUS_SOURCES_FLOAT)
set(definitions OPUS_BUILD VAR_ARRAYS HAVE_LRINT HAVE_LRINTF HAVE_STDINT_H
    "PACKAGE_VERSION=\"${version}\"")
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  list(APPEND variables CELT_SOURCES_SSE CELT_SOURCES_SSE2)
  list(APPEND definitions OPUS_X86_MAY_HAVE_SSE OPUS_X86_MAY_HAVE_SSE2 OPUS_X86_PRESUME_SSE
    OPUS_X86_PRESUME_SSE2)
endif()
set(sources "")
foreach(variable ${variables})
  string(REGEX MATCH "(^|\n)${variable} *= *([^\n]*)" line "${lists}")
  separate_arguments(files UNIX_COMMAND "${CMAKE_MATCH_2}")
  list(APPEND sources ${files})
endforeach()
dfn_library(opus PACKAGE opus
  SOURCES ${sources}
  HEADERS include/opus.h include/opus_defines.h include/opus_multistream.h include/opus_projection.h
          include/opus_types.h
  HEADER_FOLDER opus
  FOLDERS include celt silk silk/float .
  DEFINITIONS ${definitions})

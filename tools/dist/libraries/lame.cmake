# The encoder. The rest of what its configure script finds out is for its program.
file(WRITE "${made}/config.h" [[
#include <stdint.h>
#define STDC_HEADERS 1
#define HAVE_ERRNO_H 1
#define HAVE_FCNTL_H 1
#define HAVE_INTTYPES_H 1
#define HAVE_LIMITS_H 1
#define HAVE_STDINT_H 1
#define HAVE_STRING_H 1
#define HAVE_STRTOL 1
#define LAME_LIBRARY_BUILD 1
#define TAKEHIRO_IEEE754_HACK 1
#define USE_FAST_LOG 1
typedef float ieee754_float32_t;
typedef double ieee754_float64_t;
typedef long double ieee854_float80_t;
]])
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  set(vector libmp3lame/vector/xmm_quantize_sub.c)
  set(has_vector HAVE_XMMINTRIN_H)
endif()
dfn_library(mp3lame PACKAGE lame
  SOURCES libmp3lame/VbrTag.c libmp3lame/bitstream.c libmp3lame/encoder.c libmp3lame/fft.c
          libmp3lame/gain_analysis.c libmp3lame/id3tag.c libmp3lame/lame.c
          libmp3lame/mpglib_interface.c libmp3lame/newmdct.c libmp3lame/presets.c
          libmp3lame/psymodel.c libmp3lame/quantize.c libmp3lame/quantize_pvt.c
          libmp3lame/reservoir.c libmp3lame/set_get.c libmp3lame/tables.c libmp3lame/takehiro.c
          libmp3lame/util.c libmp3lame/vbrquantize.c libmp3lame/version.c ${vector}
  HEADERS include/lame.h
  HEADER_FOLDER lame
  FOLDERS include mpglib libmp3lame
  DEFINITIONS HAVE_CONFIG_H ${has_vector})

set(config_types [[
#ifndef __config_types_H__
#define __config_types_H__
#include <stdint.h>
typedef int16_t ogg_int16_t;
typedef uint16_t ogg_uint16_t;
typedef int32_t ogg_int32_t;
typedef uint32_t ogg_uint32_t;
typedef int64_t ogg_int64_t;
typedef uint64_t ogg_uint64_t;
#endif
]])
file(WRITE "${made}/ogg/config_types.h" "${config_types}")
dfn_library(ogg PACKAGE ogg
  SOURCES src/bitwise.c src/framing.c
  HEADERS include/ogg/ogg.h include/ogg/os_types.h
  HEADER_FOLDER ogg
  FOLDERS include)
install(FILES "${made}/ogg/config_types.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/ogg")

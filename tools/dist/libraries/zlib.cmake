# zlib's own CMake also builds a shared library and moves a file of the source.
if(NOT WIN32)
  set(unix _LARGEFILE64_SOURCE=1 HAVE_UNISTD_H HAVE_HIDDEN)
endif()
if(APPLE)
  # It takes every Mac for one of before 2001, which lacked this function, unless the name is taken.
  list(APPEND unix fdopen=fdopen)
endif()
dfn_library(z PACKAGE zlib
  SOURCES adler32.c compress.c crc32.c deflate.c gzclose.c gzlib.c gzread.c gzwrite.c infback.c
          inffast.c inflate.c inftrees.c trees.c uncompr.c zutil.c
  HEADERS zlib.h zconf.h
  DEFINITIONS ${unix})

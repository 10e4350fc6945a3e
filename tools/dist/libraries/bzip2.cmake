dfn_library(bz2 PACKAGE bzip2
  SOURCES blocksort.c bzlib.c compress.c crctable.c decompress.c huffman.c randtable.c
  HEADERS bzlib.h
  DEFINITIONS _FILE_OFFSET_BITS=64)

# SHA-256 alone, in portable C.
dfn_library(nettle PACKAGE nettle
  SOURCES sha256.c sha256-compress.c write-be32.c
  HEADERS sha2.h nettle-types.h
  HEADER_FOLDER nettle
  FOLDERS .)

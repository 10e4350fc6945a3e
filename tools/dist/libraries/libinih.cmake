dfn_library(inih PACKAGE inih
  SOURCES ini.c
  HEADERS ini.h)

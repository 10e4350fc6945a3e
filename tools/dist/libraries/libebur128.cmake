dfn_library(ebur128 PACKAGE libebur128
  SOURCES ebur128/ebur128.c
  HEADERS ebur128/ebur128.h
  FOLDERS ebur128 ebur128/queue
  DEFINITIONS _USE_MATH_DEFINES)

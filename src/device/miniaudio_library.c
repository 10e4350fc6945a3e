/* The code of miniaudio, a library of one header, compiled once. */
#define MINIAUDIO_IMPLEMENTATION
#include <miniaudio.h>

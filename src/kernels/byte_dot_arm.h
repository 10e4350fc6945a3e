// Whether this build has the byte products of 64-bit ARM.
#ifndef DEEPFILTER_KERNELS_BYTE_DOT_ARM_H_
#define DEEPFILTER_KERNELS_BYTE_DOT_ARM_H_

// The macros of the architecture and of the compiler.
#include <hwy/base.h>

#include "kernels/byte_dot.h"

// The compilers that take the instruction set of a single function. Highway 1.0.3 knows no clang
// beyond 14.
#if HWY_ARCH_ARM_A64 && \
    (HWY_COMPILER_GCC_ACTUAL >= 1000 || (HWY_COMPILER_CLANG && __clang_major__ >= 16))
#define DEEPFILTER_BYTE_DOT_ARM 1
#else
#define DEEPFILTER_BYTE_DOT_ARM 0
#endif

#endif  // DEEPFILTER_KERNELS_BYTE_DOT_ARM_H_

// What the byte products of x86 share.
#ifndef DEEPFILTER_KERNELS_BYTE_DOT_X86_H_
#define DEEPFILTER_KERNELS_BYTE_DOT_X86_H_

// The macros that give functions an instruction set, and those of the architecture.
#include <hwy/base.h>

#include "kernels/byte_dot.h"
#include "kernels/byte_group.h"

// The compilers that know the instructions.
#if HWY_ARCH_X86_64 && \
    (HWY_COMPILER_GCC_ACTUAL >= 1100 || HWY_COMPILER_CLANG >= 1200 || HWY_COMPILER_MSVC >= 1930)
#define DEEPFILTER_BYTE_DOT_X86 1
#else
#define DEEPFILTER_BYTE_DOT_X86 0
#endif

#endif  // DEEPFILTER_KERNELS_BYTE_DOT_X86_H_

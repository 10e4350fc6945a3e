// Byte products of machines without instructions for them: by products of pairs of int16.
#ifndef DEEPFILTER_KERNELS_PAIR_DOT_H_
#define DEEPFILTER_KERNELS_PAIR_DOT_H_

#include "base/realtime.h"
#include "kernels/byte_dot.h"

namespace dfn {

// The same sums from inputs that are int16 each instead of bytes. Real-time safe.
void PairSums(const ByteCall& call) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_PAIR_DOT_H_

// The unit in which weights are packed.
#ifndef DEEPFILTER_KERNELS_PANEL_H_
#define DEEPFILTER_KERNELS_PANEL_H_

#include <cstddef>

namespace dfn {

// Columns of a panel. The weights of one input for these columns are adjacent: one vector of the
// widest targets (AVX-512), two of AVX2, four of SSE, NEON and WASM, so that one packing serves
// all.
inline constexpr size_t kPanel = 16;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_PANEL_H_

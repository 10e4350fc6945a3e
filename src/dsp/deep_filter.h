// Deep filtering: a complex FIR filter for each bin over neighbouring frames.
#ifndef DEEPFILTER_DSP_DEEP_FILTER_H_
#define DEEPFILTER_DSP_DEEP_FILTER_H_

#include <cstddef>

#include "base/realtime.h"

namespace dfn {

// output[k] = sum_o coefs[k, o] * frames[o][k], complex, summed from the oldest frame on
// (DeepFilterNet, eq. 2; Python `multiframe.DF`).
//   frames: the oldest of `order` spectra, each `frame_stride` floats after the one before, of
//           which the first `bins` bins are read, [bins, 2]
//   coefs:  [bins, order, 2]; tap 0 meets the oldest frame
//   output: [bins, 2], may alias nothing. Real-time safe.
void DeepFilter(const float* frames, size_t frame_stride, size_t order, const float* coefs,
                size_t bins, float* output) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_DSP_DEEP_FILTER_H_

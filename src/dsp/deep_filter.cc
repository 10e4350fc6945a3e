#include "dsp/deep_filter.h"

namespace dfn {

void DeepFilter(const float* frames, size_t frame_stride, size_t order, const float* coefs,
                size_t bins, float* output) noexcept {
  for (size_t k = 0; k < bins; ++k) {
    const float* x = frames + 2 * k;
    float re = 0.0f;
    float im = 0.0f;
    for (size_t o = 0; o < order; ++o, x += frame_stride, coefs += 2) {
      re += x[0] * coefs[0] - x[1] * coefs[1];
      im += x[0] * coefs[1] + x[1] * coefs[0];
    }
    output[2 * k] = re;
    output[2 * k + 1] = im;
  }
}

}  // namespace dfn

// Butterworth filters of second order.
#ifndef DEEPFILTER_DSP_SECOND_ORDER_H_
#define DEEPFILTER_DSP_SECOND_ORDER_H_

#include <cstddef>

#include "base/realtime.h"

namespace dfn {

// y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y''
struct SecondOrder {
  static constexpr size_t kState = 2;  // floats that it remembers, all 0 at the start

  // By the bilinear transform. A corner beyond 0.4 times the rate, where the transform bends the
  // frequencies too much, gives the filter that changes nothing.
  static SecondOrder HighPass(double corner_hz, size_t sample_rate_hz);
  static SecondOrder LowPass(double corner_hz, size_t sample_rate_hz);

  // Filters a sample, in the transposed second form. `state`: [kState], read and written. Real-time
  // safe.
  float operator()(float x, float* state) const noexcept DFN_REALTIME {
    const float y = b0 * x + state[0];
    state[0] = b1 * x - a1 * y + state[1];
    state[1] = b2 * x - a2 * y;
    return y;
  }

  float b0 = 1.0f;
  float b1 = 0.0f;
  float b2 = 0.0f;
  float a1 = 0.0f;
  float a2 = 0.0f;
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_SECOND_ORDER_H_

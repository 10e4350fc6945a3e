#include "kernels/gru_scalar.h"

#include <algorithm>

#include "kernels/activations_scalar.h"

namespace dfn::scalar {

void GruSteps(const PackedGru& gru, const GruStream& stream, size_t output_stride) noexcept {
  float* state = stream.state;
  constexpr size_t kWidth = PackedGru::kGates * kPanel;
  for (size_t t = 0; t < stream.frames; ++t) {
    float* out = stream.output + t * output_stride;
    for (size_t unit = 0; unit < gru.padded(); ++unit) {
      const size_t panel = unit / kPanel;
      const size_t lane = unit % kPanel;
      const float* p = stream.projected + t * gru.projected() + panel * kWidth + lane;
      float sum[PackedGru::kGates] = {p[0], p[kPanel], gru.bias_n[unit]};
      for (size_t k = 0; k < gru.hidden; ++k) {
        const float* w = gru.recurrent.data() + (panel * gru.hidden + k) * kWidth + lane;
        for (size_t gate = 0; gate < PackedGru::kGates; ++gate) {
          sum[gate] += state[k] * w[gate * kPanel];
        }
      }
      const float z = Activate(sum[0], Activation::kSigmoid);
      const float r = Activate(sum[1], Activation::kSigmoid);
      const float n = Activate(p[2 * kPanel] + r * sum[2], Activation::kTanh);
      out[unit] = n + z * (state[unit] - n);
    }
    std::copy_n(out, gru.padded(), state);
  }
}

}  // namespace dfn::scalar

#include "ort/feature_tensors.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace dfn::ort {

void SplitComplex(size_t bins, const float* from, float* to, size_t stride) noexcept {
  for (size_t d = 0; d < bins; ++d) {
    to[d] = from[2 * d];
    to[stride + d] = from[2 * d + 1];
  }
}

void SetFeatures(const Config& config, std::span<const float> feat_erb,
                 std::span<const float> feat_spec, std::ptrdiff_t first, size_t frames,
                 Tensors& values) {
  const size_t bands = config.erb_bands;
  const size_t bins = config.df_bins;
  const auto count = static_cast<int64_t>(frames);
  Tensor erb = Zeros({1, 1, count, static_cast<int64_t>(bands)});
  Tensor spec = Zeros({1, 2, count, static_cast<int64_t>(bins)});
  for (size_t i = 0; i < frames; ++i) {
    const std::ptrdiff_t frame = first + static_cast<std::ptrdiff_t>(i);
    if (frame < 0) continue;
    std::copy_n(&feat_erb[static_cast<size_t>(frame) * bands], bands, &erb.values[i * bands]);
    SplitComplex(bins, &feat_spec[static_cast<size_t>(frame) * bins * 2], &spec.values[i * bins],
                 frames * bins);
  }
  values["feat_erb"] = std::move(erb);
  values["feat_spec"] = std::move(spec);
}

}  // namespace dfn::ort

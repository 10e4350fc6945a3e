// A network's features as tensors of its graphs.
#ifndef DEEPFILTER_ORT_FEATURE_TENSORS_H_
#define DEEPFILTER_ORT_FEATURE_TENSORS_H_

#include <cstddef>
#include <span>

#include "base/realtime.h"
#include "model/config.h"
#include "ort/tensor.h"

namespace dfn::ort {

// Sets values["feat_erb"], [1, 1, T, E], and values["feat_spec"], [1, 2, T, D], to the T = `frames`
// frames from number `first` of feat_erb, [N, E], and feat_spec, [N, D, 2]; frames before number 0
// are zero. first + frames <= N.
void SetFeatures(const Config& config, std::span<const float> feat_erb,
                 std::span<const float> feat_spec, std::ptrdiff_t first, size_t frames,
                 Tensors& values);

// One frame of bins, [D, 2], as planes of real and imaginary parts, `stride` floats apart.
// Real-time safe.
void SplitComplex(size_t bins, const float* from, float* to, size_t stride) noexcept DFN_REALTIME;

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_FEATURE_TENSORS_H_

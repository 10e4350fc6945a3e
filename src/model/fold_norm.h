// Batch normalisation at inference, as part of the convolution in front of it.
#ifndef DEEPFILTER_MODEL_FOLD_NORM_H_
#define DEEPFILTER_MODEL_FOLD_NORM_H_

#include <vector>

#include "model/weights.h"

namespace dfn {

// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, for each channel (torch.nn.BatchNorm2d
// in eval mode, ONNX BatchNormalization).
struct BatchNorm {
  std::vector<float> weight;  // [channels], as all of these
  std::vector<float> bias;
  std::vector<float> mean;
  std::vector<float> variance;
  double epsilon = 1e-5;
};

// Changes `conv`, which has as many outputs as the norm has channels, to do both. Computes in double.
void FoldNorm(const BatchNorm& norm, Conv& conv);

}  // namespace dfn

#endif  // DEEPFILTER_MODEL_FOLD_NORM_H_

#include "kernels/activations_scalar.h"

#include <cmath>

namespace dfn::scalar {

float Activate(float x, Activation activation) noexcept {
  const bool nan = std::isnan(x);
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return x > 0.0f ? x : 0.0f;
    case Activation::kSigmoid:
      return nan ? 0.0f : static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(x))));
    case Activation::kTanh:
      return nan ? -1.0f : static_cast<float>(std::tanh(static_cast<double>(x)));
  }
  return x;
}

}  // namespace dfn::scalar

#include "dsp/deep_filter.h"

#include <gtest/gtest.h>

#include <complex>
#include <vector>

namespace dfn {
namespace {

TEST(DeepFilterTest, IsAComplexFirPerBin) {
  constexpr size_t kBins = 5, kFilterBins = 3, kOrder = 4;
  using Complex = std::complex<float>;
  std::vector<Complex> frames(kOrder * kBins);
  for (size_t i = 0; i < frames.size(); ++i) {
    frames[i] = {static_cast<float>(i) - 7.0f, 3.0f - static_cast<float>(i * i % 11)};
  }
  std::vector<Complex> coefs(kFilterBins * kOrder);
  for (size_t i = 0; i < coefs.size(); ++i) {
    coefs[i] = {static_cast<float>(i % 5) - 2.0f, static_cast<float>(i % 3) - 1.0f};
  }
  std::vector<Complex> output(kFilterBins);
  DeepFilter(reinterpret_cast<const float*>(frames.data()), 2 * kBins, kOrder,
             reinterpret_cast<const float*>(coefs.data()), kFilterBins,
             reinterpret_cast<float*>(output.data()));
  // The values are small integers, so every product and sum is exact.
  for (size_t k = 0; k < kFilterBins; ++k) {
    Complex expected = 0.0f;
    for (size_t o = 0; o < kOrder; ++o) {
      expected += frames[o * kBins + k] * coefs[k * kOrder + o];
    }
    EXPECT_EQ(output[k], expected) << k;
  }
}

}  // namespace
}  // namespace dfn

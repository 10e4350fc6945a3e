#include "convert/export/fourier_matrix.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "dsp/stft.h"

namespace dfn {
namespace {

// float32 against float32: the transform's own rounding.
constexpr float kTolerance = 2e-6f;

std::vector<float> Product(const std::vector<float>& row, const std::vector<float>& matrix) {
  std::vector<double> sums(row.size(), 0.0);
  for (size_t i = 0; i < row.size(); ++i) {
    for (size_t j = 0; j < row.size(); ++j) sums[j] += double{row[i]} * matrix[i * row.size() + j];
  }
  return {sums.begin(), sums.end()};
}

std::vector<float> Noise(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> noise(size);
  for (float& value : noise) value = static_cast<float>(random() % 2001) / 1000.0f - 1.0f;
  return noise;
}

class FourierMatrixTest : public ::testing::TestWithParam<size_t> {};

TEST_P(FourierMatrixTest, AnalysisIsTheStfts) {
  const size_t hop = GetParam();
  Stft stft(hop);
  std::vector<float> samples = Noise(2 * hop, 1);
  std::vector<float> memory(samples.begin(), samples.begin() + static_cast<ptrdiff_t>(hop));
  std::vector<float> expected(2 * stft.bins());
  stft.Analyze(samples.data() + hop, memory.data(), expected.data());

  const std::vector<float> window = VorbisWindow(2 * hop);
  for (size_t i = 0; i < samples.size(); ++i) {
    samples[i] *= window[i] / static_cast<float>(2 * hop);
  }
  std::vector<float> even = {samples[0]}, odd;
  for (size_t n = 1; n < hop; ++n) {
    even.push_back(samples[n] + samples[2 * hop - n]);
    odd.push_back(samples[n] - samples[2 * hop - n]);
  }
  even.push_back(samples[hop]);
  const std::vector<float> re = Product(even, CosineMatrix(2 * hop));
  const std::vector<float> minus_im = Product(odd, SineMatrix(2 * hop));
  for (size_t k = 0; k <= hop; ++k) {
    ASSERT_NEAR(re[k], expected[2 * k], kTolerance) << k;
    const float im = k == 0 || k == hop ? 0.0f : -minus_im[k - 1];
    ASSERT_NEAR(im, expected[2 * k + 1], kTolerance) << k;
  }
}

TEST_P(FourierMatrixTest, SynthesisIsTheStfts) {
  const size_t hop = GetParam();
  Stft stft(hop);
  const std::vector<float> spectrum = Noise(2 * stft.bins(), 2);
  std::vector<float> memory(hop, 0.0f);
  std::vector<float> expected(hop);
  stft.Synthesize(spectrum.data(), memory.data(), expected.data());
  expected.insert(expected.end(), memory.begin(), memory.end());

  std::vector<float> re, im;
  for (size_t k = 0; k <= hop; ++k) {
    const bool edge = k == 0 || k == hop;
    re.push_back((edge ? 1.0f : 2.0f) * spectrum[2 * k]);
    if (!edge) im.push_back(2.0f * spectrum[2 * k + 1]);
  }
  const std::vector<float> even = Product(re, CosineMatrix(2 * hop));
  const std::vector<float> odd = Product(im, SineMatrix(2 * hop));
  const std::vector<float> window = VorbisWindow(2 * hop);
  const float scale = std::sqrt(static_cast<float>(hop));  // the sum's usual size
  for (size_t i = 0; i < 2 * hop; ++i) {
    const size_t n = i <= hop ? i : 2 * hop - i;
    float sample = even[n];
    if (n != 0 && n != hop) sample += i < hop ? -odd[n - 1] : odd[n - 1];
    ASSERT_NEAR(window[i] * sample, expected[i], kTolerance * scale) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Hops, FourierMatrixTest, ::testing::Values(2, 15, 160, 480));

}  // namespace
}  // namespace dfn

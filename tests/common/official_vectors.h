// The official vectors of tests/reference, and a stream run over them as the official packages do.
#ifndef DEEPFILTER_TESTS_COMMON_OFFICIAL_VECTORS_H_
#define DEEPFILTER_TESTS_COMMON_OFFICIAL_VECTORS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/npy.h"
#include "dsp/snr.h"
#include "stream/denoise/denoiser.h"

namespace dfn::test {

inline constexpr size_t kHop = 480;
inline constexpr size_t kPaddingFrames = 2;  // df.enhance appends 960 zeros

// tests/reference/data/NAME.npy.
template <class T>
std::vector<T> LoadVector(const std::string& name) {
  auto array = ReadNpy<T>(DFN_SOURCE_DIR "/tests/reference/data/" + name + ".npy");
  EXPECT_TRUE(array.ok()) << array.error().message;
  return array.ok() ? std::move(array->values) : std::vector<T>();
}

inline std::vector<float> OfficialInput() {
  std::vector<float> samples;
  for (int16_t value : LoadVector<int16_t>("input")) {
    samples.push_back(static_cast<float>(value) / 32768);
  }
  return samples;
}

inline double SnrDb(const std::vector<float>& expected, const std::vector<float>& found) {
  EXPECT_EQ(expected.size(), found.size());
  return dfn::SnrDb(expected, found);
}

// The output of a stream, with the input's number of samples and the delay removed, and the local
// SNR of each frame of the input.
struct EnhancedStream {
  std::vector<float> samples;
  std::vector<float> lsnr_db;
};

// Runs `input` through a fresh stream in calls of `cut` frames. With `pad` it pads as df.enhance
// does, with two hops of zeros, and removes the delay. Without, each hop of input gives one of
// output.
inline EnhancedStream RunStream(Denoiser& denoiser, const std::vector<float>& input, size_t cut,
                                bool pad) {
  const size_t delay = pad ? denoiser.delay_samples() : 0;
  const size_t zeros = std::min(delay / kHop, kPaddingFrames);
  const size_t flushed = delay / kHop - zeros;
  std::vector<float> samples = input;
  samples.resize(input.size() + delay);
  const size_t frames = samples.size() / kHop;
  std::vector<float> lsnr(frames);
  const auto run_part = [&](size_t begin, size_t end, bool flush) {
    for (size_t t = begin; t < end; t += cut) {
      float* block = &samples[t * kHop];
      const size_t count = std::min(cut, end - t);
      if (flush) {
        denoiser.Flush(&block, count, &lsnr[t]);
      } else {
        denoiser.Process(&block, &block, count, &lsnr[t]);
      }
    }
  };
  run_part(0, frames - flushed, false);
  run_part(frames - flushed, frames, true);
  samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(delay));
  return {std::move(samples), std::move(lsnr)};
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_COMMON_OFFICIAL_VECTORS_H_

#include "kernels/packed_fft.h"

#include <cassert>
#include <cmath>
#include <numbers>

namespace dfn {
namespace {

struct Factor {
  float re;
  float im;
};

// Returns scale exp(-2 pi i turn / turns); the turn is reduced as an integer, which is exact.
Factor Rotation(size_t turn, size_t turns, double scale = 1.0) {
  const double angle =
      -2.0 * std::numbers::pi * static_cast<double>(turn % turns) / static_cast<double>(turns);
  return {static_cast<float>(scale * std::cos(angle)), static_cast<float>(scale * std::sin(angle))};
}

// The radices of the passes: fours come first, so that the strides become whole vectors early; one
// six saves a pass in place of a two and a three.
std::vector<size_t> Radices(size_t n) {
  std::vector<size_t> radices;
  for (size_t radix : {4, 5, 6, 3, 2}) {
    for (; n % radix == 0; n /= radix) radices.push_back(radix);
  }
  assert(n == 1);
  return radices;
}

void AddTwiddles(size_t half, const FftPass& pass, std::vector<float>& out) {
  const size_t blocks = half / (pass.radix * pass.stride);  // m
  const size_t turns = pass.radix * blocks;
  if (pass.stride >= kFftLanes) {
    for (size_t p = 0; p < blocks; ++p) {
      for (size_t k = 1; k < pass.radix; ++k) {
        const Factor w = Rotation(p * k, turns);
        out.push_back(w.re);
        out.push_back(w.im);
      }
    }
    return;
  }
  for (size_t k = 1; k < pass.radix; ++k) {
    for (float Factor::*part : {&Factor::re, &Factor::im}) {
      for (size_t i = 0; i < half / pass.radix; ++i) {
        out.push_back(Rotation(i / pass.stride * k, turns).*part);
      }
    }
  }
}

}  // namespace

bool CanPackFft(size_t size) {
  if (size < 4 || size % 2 != 0) return false;
  size_t n = size / 2;
  for (size_t prime : {2, 3, 5}) {
    while (n % prime == 0) n /= prime;
  }
  return n == 1;
}

PackedFft PackFft(size_t size) {
  assert(CanPackFft(size));
  PackedFft fft{.size = size};
  const size_t half = fft.half();
  std::vector<float> twiddles;
  size_t stride = 1;
  for (size_t radix : Radices(half)) {
    fft.passes.push_back({.radix = radix, .stride = stride, .twiddles = twiddles.size()});
    stride *= radix;
    if (stride < half) AddTwiddles(half, fft.passes.back(), twiddles);
  }
  fft.twiddles = AlignedBuffer<float>(twiddles.size());
  std::copy(twiddles.begin(), twiddles.end(), fft.twiddles.data());

  const size_t split = half / 2 + 1;
  fft.split = AlignedBuffer<float>(2 * split);
  for (size_t k = 0; k < split; ++k) {
    const Factor w = Rotation(k, size, 0.5);
    fft.split[k] = w.im;  // times -i
    fft.split[split + k] = -w.re;
  }
  return fft;
}

}  // namespace dfn

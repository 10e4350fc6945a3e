// Noise that is the same in every run and on every machine.
#ifndef DEEPFILTER_BASE_NOISE_H_
#define DEEPFILTER_BASE_NOISE_H_

#include <cstdint>

namespace dfn {

// A linear congruential generator with the constants of Knuth and Lewis (Numerical Recipes,
// "ranqd1"). White enough for test signals and warm-up frames; not for anything that must not be
// guessed.
class NoiseGenerator {
 public:
  explicit NoiseGenerator(uint32_t seed = 1) : state_(seed) {}

  // The whole state of the generator; its high bits are the random ones.
  uint32_t NextBits() noexcept {
    state_ = state_ * 1664525u + 1013904223u;
    return state_;
  }

  // Uniform in [-1, 1) in steps of 2^-23, so that half of it and a sum with 1 are exact floats.
  float Next() noexcept { return static_cast<float>(NextBits() >> 8) * 0x1p-23f - 1.0f; }

 private:
  uint32_t state_;
};

}  // namespace dfn

#endif  // DEEPFILTER_BASE_NOISE_H_

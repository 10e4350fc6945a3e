#include "kernels/fft_scalar.h"

#include <cmath>
#include <numbers>

namespace dfn::scalar {
namespace {

double Angle(size_t i, size_t k, size_t size) {
  return 2.0 * std::numbers::pi * static_cast<double>(i * k % size) / static_cast<double>(size);
}

}  // namespace

void RealFftForward(size_t size, const float* time, float* spectrum) noexcept {
  for (size_t k = 0; k <= size / 2; ++k) {
    double re = 0.0;
    double im = 0.0;
    for (size_t i = 0; i < size; ++i) {
      re += double{time[i]} * std::cos(Angle(i, k, size));
      im -= double{time[i]} * std::sin(Angle(i, k, size));
    }
    spectrum[2 * k] = static_cast<float>(re);
    spectrum[2 * k + 1] = static_cast<float>(im);
  }
}

// Bins k and size - k are conjugate, so their sum is twice a real part.
void RealFftInverse(size_t size, const float* spectrum, float* time) noexcept {
  for (size_t i = 0; i < size; ++i) {
    const double last = i % 2 == 0 ? spectrum[size] : -double{spectrum[size]};
    double sum = double{spectrum[0]} + last;
    for (size_t k = 1; k < size / 2; ++k) {
      sum += 2.0 * (double{spectrum[2 * k]} * std::cos(Angle(i, k, size)) -
                    double{spectrum[2 * k + 1]} * std::sin(Angle(i, k, size)));
    }
    time[i] = static_cast<float>(sum);
  }
}

}  // namespace dfn::scalar

#include "convert/export/fourier_matrix.h"

#include <cmath>

namespace dfn {
namespace {

constexpr double kPi = 3.14159265358979323846;

// [last - first, last - first]: function(2 pi k n / N) for k and n from `first` to before `last`.
template <class Function>
std::vector<float> SymmetricMatrix(size_t fft_size, size_t first, size_t last, Function function) {
  // Only N angles are different.
  std::vector<float> circle(fft_size);
  for (size_t j = 0; j < fft_size; ++j) {
    const double angle = 2.0 * kPi * static_cast<double>(j) / static_cast<double>(fft_size);
    circle[j] = static_cast<float>(function(angle));
  }
  std::vector<float> matrix;
  matrix.reserve((last - first) * (last - first));
  for (size_t k = first; k < last; ++k) {
    for (size_t n = first; n < last; ++n) matrix.push_back(circle[k * n % fft_size]);
  }
  return matrix;
}

}  // namespace

std::vector<float> CosineMatrix(size_t fft_size) {
  return SymmetricMatrix(fft_size, 0, fft_size / 2 + 1, [](double x) { return std::cos(x); });
}

std::vector<float> SineMatrix(size_t fft_size) {
  return SymmetricMatrix(fft_size, 1, fft_size / 2, [](double x) { return std::sin(x); });
}

std::vector<float> VorbisWindow(size_t fft_size) {
  std::vector<float> window(fft_size);
  for (size_t i = 0; i < fft_size; ++i) {
    const double sine =
        std::sin(kPi * (static_cast<double>(i) + 0.5) / static_cast<double>(fft_size));
    window[i] = static_cast<float>(std::sin(0.5 * kPi * sine * sine));
  }
  return window;
}

}  // namespace dfn

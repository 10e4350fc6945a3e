#include "dsp/snr.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <utility>

namespace dfn {
namespace {

using Complex = std::complex<double>;

// The in-place discrete Fourier transform of a power of two by decimation in time. It is for
// offline measures, so it is plain and exact rather than fast.
void Transform(std::vector<Complex>& values, double sign) {
  const size_t size = values.size();
  for (size_t i = 1, j = 0; i < size; ++i) {
    size_t bit = size >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
  std::vector<Complex> roots(size / 2);
  for (size_t k = 0; k < roots.size(); ++k) {
    roots[k] = std::polar(
        1.0, sign * 2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(size));
  }
  for (size_t half = 1; half < size; half *= 2) {
    const size_t stride = size / (2 * half);
    for (size_t start = 0; start < size; start += 2 * half) {
      for (size_t k = 0; k < half; ++k) {
        const Complex root = roots[k * stride];
        const Complex odd = values[start + k + half];
        // The product is written out because the library's, which handles infinities, is ten times
        // slower.
        const Complex turned(odd.real() * root.real() - odd.imag() * root.imag(),
                             odd.real() * root.imag() + odd.imag() * root.real());
        values[start + k + half] = values[start + k] - turned;
        values[start + k] += turned;
      }
    }
  }
}

double Energy(std::span<const float> samples) {
  double energy = 0.0;
  for (const double sample : samples) energy += sample * sample;
  return energy;
}

}  // namespace

void SnrMeter::Add(std::span<const float> reference, std::span<const float> signal) {
  const size_t count = std::min(reference.size(), signal.size());
  for (size_t i = 0; i < count; ++i) {
    const double expected = reference[i];
    const double error = static_cast<double>(signal[i]) - expected;
    signal_energy_ += expected * expected;
    error_energy_ += error * error;
    // Once the maximum is NaN, it stays NaN.
    if (std::isnan(error) || std::abs(error) > max_error_) max_error_ = std::abs(error);
  }
  samples_ += count;
}

double SnrMeter::snr_db() const {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (error_energy_ == 0.0) return kInfinity;
  return 10.0 * std::log10(signal_energy_ / error_energy_);
}

double SnrDb(std::span<const float> reference, std::span<const float> signal,
             size_t delay_samples) {
  SnrMeter meter;
  meter.Add(reference, signal.subspan(std::min(delay_samples, signal.size())));
  return meter.snr_db();
}

DelayFinder::DelayFinder(size_t max_delay)
    : max_delay_(max_delay),
      size_(std::bit_ceil(std::max<size_t>(4 * max_delay, 4096))),
      block_(size_ - 2 * max_delay),
      signal_(max_delay, 0.0f),
      spectrum_(size_),
      work_(size_) {}

void DelayFinder::Add(std::span<const float> reference, std::span<const float> signal) {
  reference_.insert(reference_.end(), reference.begin(), reference.end());
  signal_.insert(signal_.end(), signal.begin(), signal.end());
  reference_energy_ += Energy(reference);
  signal_energy_ += Energy(signal);
  while (signal_.size() >= size_) CorrelateBlock();
}

// c[d] = sum_i reference[i] signal[i + d] over the block's i. The signal's window begins max_delay_
// samples earlier and ends max_delay_ samples later, so no delay wraps around: c[d] is at index d +
// max_delay_ of the circular correlation. One transform computes both spectra, with the reference
// as the real part and the signal as the imaginary part.
void DelayFinder::CorrelateBlock() {
  const size_t reference_count = std::min(block_, reference_.size());
  const size_t signal_count = std::min(size_, signal_.size());
  std::fill(work_.begin(), work_.end(), Complex());
  for (size_t i = 0; i < reference_count; ++i) work_[i].real(reference_[i]);
  for (size_t i = 0; i < signal_count; ++i) work_[i].imag(signal_[i]);
  Transform(work_, -1.0);
  for (size_t k = 0; k < size_; ++k) {
    const Complex ahead = work_[k];
    const Complex behind = std::conj(work_[(size_ - k) % size_]);
    const Complex reference_bin = 0.5 * (ahead + behind);
    const Complex signal_bin = Complex(0.0, -0.5) * (ahead - behind);
    spectrum_[k] += std::conj(reference_bin) * signal_bin;
  }
  const auto drop = [this](std::vector<float>& samples) {
    const size_t count = std::min(block_, samples.size());
    samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
  };
  drop(reference_);
  drop(signal_);
}

int64_t DelayFinder::Find() {
  while (!reference_.empty()) CorrelateBlock();
  work_ = spectrum_;
  Transform(work_, 1.0);
  // The tolerance keeps rounding in the transforms from deciding between equal peaks, and from
  // producing a peak where there is none.
  const double tie = 1e-9 * std::sqrt(reference_energy_ * signal_energy_);
  if (tie == 0.0) return 0;
  const auto limit = static_cast<int64_t>(max_delay_);
  int64_t best = 0;
  double peak = work_[max_delay_].real();
  for (int64_t distance = 1; distance <= limit; ++distance) {
    for (const int64_t delay : {distance, -distance}) {
      const double value = work_[static_cast<size_t>(delay + limit)].real();
      if (value > peak + tie) {
        peak = value;
        best = delay;
      }
    }
  }
  return best;
}

}  // namespace dfn

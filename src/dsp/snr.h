// The signal-to-noise ratio of a signal against a reference, and the delay between two signals.
#ifndef DEEPFILTER_DSP_SNR_H_
#define DEEPFILTER_DSP_SNR_H_

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dfn {

// Signal-to-noise ratio of a signal against a reference, computed block by block.
class SnrMeter {
 public:
  // Both of the same number of samples; interleaved channels count as one long signal.
  void Add(std::span<const float> reference, std::span<const float> signal);

  // 10 log10(sum reference^2 / sum (signal - reference)^2). Without any difference +infinity; a
  // silent reference against anything else -infinity; NaN when a sample is not finite.
  double snr_db() const;
  // Largest |signal - reference|.
  double max_error() const { return max_error_; }
  uint64_t samples() const { return samples_; }

 private:
  double signal_energy_ = 0.0;
  double error_energy_ = 0.0;
  double max_error_ = 0.0;
  uint64_t samples_ = 0;
};

// The same of two whole signals: 10 log10(sum reference[i]^2 / sum (signal[i + delay] -
// reference[i])^2) over every i that both have.
double SnrDb(std::span<const float> reference, std::span<const float> signal,
             size_t delay_samples = 0);

// Delay of one signal against another by cross-correlation, computed block by block in memory whose
// size depends on the range of delays only.
class DelayFinder {
 public:
  // Finds delays of -max_delay .. max_delay samples.
  explicit DelayFinder(size_t max_delay);

  // Appends as many samples to both signals. One signal may be padded with zeros at its end.
  void Add(std::span<const float> reference, std::span<const float> signal);

  // The delay d at which signal[i + d] resembles reference[i] most: positive when `signal` comes
  // later. Of equal peaks the one nearest to 0; 0 when there is nothing in common. Call once, last.
  int64_t Find();

 private:
  void CorrelateBlock();

  size_t max_delay_;
  size_t size_;                   // of the transform, a power of two
  size_t block_;                  // reference samples a transform: size_ - 2 max_delay_
  std::vector<float> reference_;  // waiting, from the next block's first sample on
  std::vector<float> signal_;     // waiting, from max_delay_ samples before it on
  double reference_energy_ = 0.0;
  double signal_energy_ = 0.0;
  std::vector<std::complex<double>> spectrum_;  // [size_], cross-spectrum summed over blocks
  std::vector<std::complex<double>> work_;      // [size_]
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_SNR_H_

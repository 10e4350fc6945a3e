// The signal-to-noise ratio of a signal against a reference, and the delay between two signals.
#ifndef DEEPFILTER_DSP_SNR_H_
#define DEEPFILTER_DSP_SNR_H_

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dfn {

// Measures the signal-to-noise ratio of a signal against a reference block by block. Not real-time.
class SnrMeter {
 public:
  // Both have the same number of samples; interleaved channels count as one long signal.
  void Add(std::span<const float> reference, std::span<const float> signal);

  // 10 log10(sum reference^2 / sum (signal - reference)^2). It is +infinity without any difference,
  // -infinity for a silent reference and any other signal, and NaN if a sample is not finite.
  double snr_db() const;
  // The largest |signal - reference|.
  double max_error() const { return max_error_; }
  uint64_t samples() const { return samples_; }

 private:
  double signal_energy_ = 0.0;
  double error_energy_ = 0.0;
  double max_error_ = 0.0;
  uint64_t samples_ = 0;
};

// Returns the same ratio of two whole signals: 10 log10(sum reference[i]^2 / sum (signal[i + delay]
// - reference[i])^2) over every i that both have.
double SnrDb(std::span<const float> reference, std::span<const float> signal,
             size_t delay_samples = 0);

// Finds the delay of one signal against another by cross-correlation, block by block, in memory
// whose size depends only on the range of delays. Not real-time.
class DelayFinder {
 public:
  // Finds delays of -max_delay .. max_delay samples.
  explicit DelayFinder(size_t max_delay);

  // Appends the same number of samples to both signals. The shorter signal may be padded with zeros
  // at its end.
  void Add(std::span<const float> reference, std::span<const float> signal);

  // Returns the delay d at which signal[i + d] is most similar to reference[i]; it is positive if
  // `signal` is later. Of equal peaks it takes the one nearest to 0, and 0 if there is no
  // correlation. Call once, last.
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
